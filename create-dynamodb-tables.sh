#!/usr/bin/env bash
# Makes every DynamoDB table and index of the service, or what is missing of them. May be repeated at will.
# Reads AWS_REGION, the usual AWS credentials, DYNAMODB_ENDPOINT (another server) and DYNAMODB_TABLE_* (other names).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ! -d node_modules ]]; then
  npm ci --no-audit --no-fund
fi
exec node bin/basvideo.js tables "$@"
