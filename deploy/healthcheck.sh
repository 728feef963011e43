#!/bin/bash
# Asks the liveness route on the address that the service listens on. bash alone does it: a Node for each question would
# cost more than the answer.
case ${HOST:-127.0.0.1} in
  0.0.0.0) host=127.0.0.1 ;;
  ::) host=::1 ;;
  *) host=$HOST ;;
esac
exec 3<>"/dev/tcp/${host:-127.0.0.1}/${PORT:-4000}" || exit 1
printf 'GET /api/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS=' ' read -r -t 2 _ status _ <&3
[[ $status == 200 ]]
