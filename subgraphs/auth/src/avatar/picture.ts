/** What may be uploaded, and how a file of it begins. */
const signatures: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/png': (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  'image/jpeg': (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
  'image/webp': (bytes) =>
    bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP',
};

export const pictureTypes = Object.keys(signatures);

/** Whether the bytes begin as a picture of the type does: what is served from our domain is never another thing. */
export const isPicture = (contentType: string, bytes: Buffer): boolean =>
  signatures[contentType]?.(bytes) ?? false;
