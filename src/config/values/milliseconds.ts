/** `timeout` as `timeoutMs`, all other keys as they are. */
export type InMilliseconds<T, Keys extends string> = {
  [Key in keyof T as Key extends Keys ? `${Key & string}Ms` : Key]: T[Key]
}

/** Renames the keys that hold durations, so that inside the program the unit is in the name. */
export function inMilliseconds<const Keys extends string>(keys: readonly Keys[]) {
  return <T extends object>(value: T): InMilliseconds<T, Keys> => {
    const entries = Object.entries(value).map(([key, item]) => [
      (keys as readonly string[]).includes(key) ? `${key}Ms` : key,
      item,
    ])
    return Object.fromEntries(entries) as InMilliseconds<T, Keys>
  }
}
