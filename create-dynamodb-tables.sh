#!/usr/bin/env bash
# Creates every DynamoDB table and index of the service, or those that are missing. Safe to repeat.
# Reads AWS_REGION, the usual AWS credentials, DYNAMODB_ENDPOINT (another server) and DYNAMODB_TABLE_* (other names).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ! -d node_modules ]]; then
  npm ci --no-audit --no-fund
fi
exec node bin/basvideo.js tables "$@"
