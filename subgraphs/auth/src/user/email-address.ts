import { z } from 'zod';

/** An address in the one form under which it is stored, compared and counted. */
export const emailSchema = z
  .string()
  .max(254)
  .transform((text) => text.trim().normalize('NFKC').toLowerCase())
  .pipe(z.email({ error: 'is not an e-mail address' }));
