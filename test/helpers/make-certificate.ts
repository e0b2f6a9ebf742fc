import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A key and a certificate that it signed itself. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A certificate for `localhost`, `hooks.example.test` and 127.0.0.1, made with openssl in a folder of the caller's. */
export function makeCertificate(folder: string): Certificate {
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const names = 'subjectAltName=DNS:localhost,DNS:hooks.example.test,IP:127.0.0.1'
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ]
  const args = [...request, '-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert]
  execFileSync('openssl', args, { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
