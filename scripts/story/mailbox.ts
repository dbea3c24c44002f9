import { eventually } from './narrator.ts';

interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** The newest mail to the address whose subject matches, once it has arrived in the sink. */
export const receiveMail = (mailUrl: string, address: string, subject: RegExp): Promise<Mail> =>
  eventually(`a mail to ${address} about ${subject}`, async () => {
    const response = await fetch(`${mailUrl}/api/mails?to=${encodeURIComponent(address)}`);
    const mails = (await response.json()) as Mail[];
    return mails.find((mail) => subject.test(mail.subject));
  });
