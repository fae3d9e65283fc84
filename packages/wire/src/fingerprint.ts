const EMPTY = 0xc15d213aa4d7a795n

const table: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (EMPTY & -(value & 1n))
  return value
})

/** CRC-64-AVRO (Rabin) of bytes, as the Avro specification defines it for schema fingerprints. */
export function crc64Avro(bytes: Uint8Array): bigint {
  let value = EMPTY
  for (const byte of bytes) value = (value >> 8n) ^ table[Number((value ^ BigInt(byte)) & 0xffn)]!
  return value
}
