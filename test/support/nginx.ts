import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Test } from 'tap'
import { freePort } from './free-port.js'
import { emptyFolder } from './process.js'

/** Debian's program, which is not on the path of every user. */
export const NGINX = [...String(process.env['PATH']).split(delimiter), '/usr/sbin'].map((folder) => join(folder, 'nginx')).find((path) => existsSync(path)) ?? null

/** The settings of Debian's package, with nothing about streams, in a folder of its own. */
const settings = (folder: string, port: number, service: string): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/octet-stream;
  access_log off;
  gzip on;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${service}; }
  }
}
`

/** The address of an nginx in front of a service. It ends with the test. */
export async function startNginx (t: Test, program: string, service: string): Promise<string> {
  const folder = emptyFolder(t)
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, settings(folder, port, service))
  const child = spawn(program, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGTERM')
    await ended
  })
  while (!await answers(port)) {
    if (child.exitCode !== null) throw new Error('nginx does not start')
    await setImmediate()
  }
  return `http://127.0.0.1:${port}`
}

async function answers (port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isThere = await Promise.race([once(socket, 'connect').then(() => true, () => false), once(socket, 'close').then(() => false, () => false)])
  socket.destroy()
  return isThere
}
