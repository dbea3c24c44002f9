import protobuf from 'protobufjs/minimal.js';

const magic = Buffer.from('k8s\0');
type Fields = ReadonlyMap<number, readonly Uint8Array[]>;

/** The length-delimited fields of a message, by number; all that is read here is of that kind. */
function readFields(bytes: Uint8Array): Fields {
  const reader = protobuf.Reader.create(bytes);
  const fields = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), reader.bytes()]);
    else reader.skipType(tag & 7);
  }
  return fields;
}

const bytesAt = (fields: Fields, number: number) => fields.get(number)?.[0] ?? new Uint8Array();
const textAt = (fields: Fields, number: number) => Buffer.from(bytesAt(fields, number)).toString('utf8');

function mapAt(fields: Fields, number: number, read: (value: Uint8Array) => string): Record<string, string> {
  const entries = (fields.get(number) ?? []).map(readFields);
  return Object.fromEntries(entries.map((entry) => [textAt(entry, 1), read(bytesAt(entry, 2))]));
}

/**
 * Helm keeps its releases in Secrets, which its client sends as Kubernetes' protobuf: `k8s\0`, then runtime.Unknown
 * { 1: TypeMeta { 1: apiVersion, 2: kind }, 2: raw }. Answers such an object as JSON would have it. Throws on any other
 * kind than Secret and DeleteOptions.
 */
export function decodeObject(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, magic.length).equals(magic)) throw new Error('The body is no object of Kubernetes.');
  const envelope = readFields(body.subarray(magic.length));
  const kind = textAt(readFields(bytesAt(envelope, 1)), 2);
  if (kind === 'DeleteOptions') return { kind };
  if (kind !== 'Secret') throw new Error(`${kind} is not read from protobuf here.`);
  const secret = readFields(bytesAt(envelope, 2));
  const metadata = readFields(bytesAt(secret, 1));
  const text = (value: Uint8Array) => Buffer.from(value).toString('utf8');
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: textAt(metadata, 1),
      labels: mapAt(metadata, 11, text),
      annotations: mapAt(metadata, 12, text),
    },
    data: mapAt(secret, 2, (value) => Buffer.from(value).toString('base64')),
    type: textAt(secret, 3) || 'Opaque',
  };
}
