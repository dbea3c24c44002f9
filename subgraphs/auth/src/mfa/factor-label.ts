import { z } from 'zod';

/** What a person calls a second factor. */
export const factorLabelSchema = z.string().trim().min(1).max(60);
