import { connectMailer as connectTo, type Mailer } from './mailer.ts';
import { readMailSettings } from './settings.ts';

export type { Mail, Mailer } from './mailer.ts';
export { UnsafeMail } from './mailer.ts';

/** A mailer over `url` (SMTP_URL unless given), sending as MAIL_FROM. */
export function connectMailer(url?: string): Mailer {
  const settings = readMailSettings();
  return connectTo(url ?? settings.url, settings.from);
}
