import type { JobPayload } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { sendAccountMail } from './account-mail.delivery.ts';

export const accountMailJobs = {
  sendAccountMail: (context: Context, { mailId }: JobPayload<'sendAccountMail'>) =>
    sendAccountMail(context, mailId),
};
