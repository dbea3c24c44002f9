import type { FieldCipher } from '@studymate/database/encryption';

const columns = { phoneNumber: 'phoneNumberCipher', birthDate: 'birthDateCipher' } as const;

export type PersonalField = keyof typeof columns;

interface EncryptedUser {
  readonly id: string;
  readonly phoneNumberCipher: string | null;
  readonly birthDateCipher: string | null;
}

const placeOf = (userId: string, field: PersonalField) => ({
  table: 'User',
  column: columns[field],
  rowId: userId,
});

export function readPersonal(cipher: FieldCipher, user: EncryptedUser, field: PersonalField): string | null {
  const sealed = user[columns[field]];
  return sealed === null ? null : cipher.decrypt(placeOf(user.id, field), sealed);
}

export const sealPersonal = (
  cipher: FieldCipher,
  userId: string,
  { field, value }: { readonly field: PersonalField; readonly value: string | null },
): string | null => (value === null ? null : cipher.encrypt(placeOf(userId, field), value));
