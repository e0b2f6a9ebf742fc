/** The name of the file with targets for a user's own Makefile. */
export const MAKE_FILE = 'driftd.mk'

/** Targets for a Makefile that says `include driftd.mk`; they work from any folder that includes it. */
export function makeText(): string {
  return `# Targets of driftd. In your Makefile: include ${MAKE_FILE}
DRIFTD ?= driftd
DRIFTD_CONFIG ?= $(dir $(lastword $(MAKEFILE_LIST)))driftd.yaml

.PHONY: scan status remediate

scan: ## compare every stack with reality, or only STACK=name (exit 2: drift)
	$(DRIFTD) scan --config "$(DRIFTD_CONFIG)" $(if $(STACK),"$(STACK)")

status: ## every stack as its last scan left it
	$(DRIFTD) status --config "$(DRIFTD_CONFIG)"

remediate: ## advance the remediation of STACK=name
	$(if $(STACK),,$(error which stack? make remediate STACK=name))
	$(DRIFTD) remediate --config "$(DRIFTD_CONFIG)" "$(STACK)"
`
}
