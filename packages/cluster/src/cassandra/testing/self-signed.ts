/** A certificate that signs itself, for 127.0.0.1: X.509 in DER by hand, because Node reads certificates only. */
import { generateKeyPairSync, sign } from 'node:crypto'

export interface SelfSigned {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

const SEQUENCE = 0x30
const SET = 0x31

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'))
const ECDSA_WITH_SHA256 = tlv(SEQUENCE, oid('2a8648ce3d040302'))
const COMMON_NAME = oid('550403')
const ALTERNATIVE_NAMES = oid('551d11')

export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, COMMON_NAME, tlv(0x0c, Buffer.from('stub')))))
  const validity = tlv(
    SEQUENCE,
    tlv(0x17, Buffer.from('200101000000Z')),
    tlv(0x18, Buffer.from('21200101000000Z')),
  )
  const address = tlv(SEQUENCE, tlv(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = tlv(0xa3, tlv(SEQUENCE, tlv(SEQUENCE, ALTERNATIVE_NAMES, tlv(0x04, address))))
  const version = tlv(0xa0, tlv(0x02, Buffer.from([2])))
  const serial = tlv(0x02, Buffer.from([1]))
  const publicBytes = publicKey.export({ type: 'spki', format: 'der' })
  const body = tlv(
    SEQUENCE,
    version,
    serial,
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicBytes,
    extensions,
  )
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const base64 = tlv(SEQUENCE, body, ECDSA_WITH_SHA256, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  }
}
