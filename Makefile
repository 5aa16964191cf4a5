# make run · make test · make check · make bench · make soak

.PHONY: run test check bench soak fmt docs screenshots deny sbom clean

run: ## build and start Keyholder; it prints the link to open
	scripts/run

test: ## everything that must hold, also in a browser and on PostgreSQL
	scripts/test

check: ## before a commit: formatting, lints, unit tests
	scripts/check

bench: ## what is timed
	scripts/bench

soak: ## what takes long
	scripts/soak

fmt: ## format the code
	cargo fmt --all

docs: ## rewrite the generated documents
	UPDATE_DOCS=1 cargo test --quiet --package access --test operations
	UPDATE_DOCS=1 cargo test --quiet --package server --test security_page

screenshots: ## rewrite docs/screenshots
	scripts/screenshots

deny: ## known vulnerabilities, licences and sources of the dependencies
	scripts/deny --advisories

sbom: ## what the program is made of, for who asks: CycloneDX in target/sbom
	scripts/sbom

clean: ## remove what was built, not the data
	cargo clean
	rm -rf end2end/node_modules end2end/results
