import {
  ColumnDefinitionNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  sql,
  type UnknownRow,
} from 'kysely'

/**
 * Makes text columns sort and compare by bytes, as they do on SQLite: PostgreSQL else takes the rules of the database's
 * language, where `{` may stand before `a`. For the migrations.
 */
export class TextCollationPlugin implements KyselyPlugin {
  readonly #transformer = new TextCollationTransformer()

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.#transformer.transformNode(node, queryId)
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result
  }
}

class TextCollationTransformer extends OperationNodeTransformer {
  protected override transformColumnDefinition(node: ColumnDefinitionNode): ColumnDefinitionNode {
    const isText = 'dataType' in node.dataType && node.dataType.dataType === 'text'
    if (!isText) return node
    return ColumnDefinitionNode.cloneWithFrontModifier(node, sql`collate "C"`.toOperationNode())
  }
}
