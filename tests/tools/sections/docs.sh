#!/usr/bin/env bash
# writes every generated file anew: a step for each generator
source tests/tools/need.sh
source tests/tools/judges.sh
need_rust
judges

# What the controller's template engine says to each case of tests/vectors/template.
SEALSMITH_WRITE_VECTORS=1 cargo test --locked --package sealsmith-core --test template -- --ignored

# The page about every rule, from the rules themselves.
SEALSMITH_WRITE_RULES=1 cargo test --locked --package sealsmith-lint --test lint -- catalogue::the_reference_is_what_the_rules_say

git status --short
