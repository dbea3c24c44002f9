import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** A mail as it arrived: `to` is whom the sender named to the server, whatever the header says. */
export interface ReceivedMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: string;
}

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

const keptMails = 1_000;

async function parseMail(raw: Buffer, envelope: Envelope, now: Date): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(raw);
  return {
    id: `${now.getTime().toString(36).padStart(9, '0')}${randomBytes(5).toString('hex')}`,
    from: mail.from?.address ?? envelope.from,
    to: envelope.to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    messageId: mail.messageId ?? '',
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
    receivedAt: now.toISOString(),
  };
}

/** Mails on disk, one file each, the newest thousand; all in memory for the page. */
export async function openMailbox(directory: string) {
  await mkdir(directory, { recursive: true });
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).toSorted();
  const mails = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as ReceivedMail),
  );
  const fileOf = (mail: ReceivedMail) => join(directory, `${mail.id}.json`);

  return {
    receive: async (raw: Buffer, envelope: Envelope): Promise<void> => {
      const mail = await parseMail(raw, envelope, new Date());
      await writeFile(`${fileOf(mail)}.draft`, JSON.stringify(mail));
      await rename(`${fileOf(mail)}.draft`, fileOf(mail));
      mails.push(mail);
      const surplus = mails.splice(0, Math.max(0, mails.length - keptMails));
      await Promise.all(surplus.map((old) => rm(fileOf(old), { force: true })));
    },
    /** Newest first; only those to one address when it is given. */
    list: (to?: string) =>
      mails
        .filter((mail) => to === undefined || mail.to.some((each) => each.toLowerCase() === to.toLowerCase()))
        .toReversed(),
    find: (id: string) => mails.find((mail) => mail.id === id),
    clear: async (): Promise<void> => {
      const all = mails.splice(0);
      await Promise.all(all.map((mail) => rm(fileOf(mail), { force: true })));
    },
  };
}

export type Mailbox = Awaited<ReturnType<typeof openMailbox>>;
