import { once } from 'node:events';
import type { Server } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { createMailPage } from './mail-page.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';

export interface MailSinkOptions {
  /** Where mails are kept. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly smtpPort: number;
  readonly pagePort: number;
}

export interface RunningMailSink {
  readonly smtpUrl: string;
  readonly pageUrl: string;
  stop(): Promise<void>;
}

const largestMail = 20_000_000;
const host = '127.0.0.1';
const refused = /@bounce\.test$/i;

/**
 * Takes every mail sent to it by SMTP on loopback and shows it on a page instead of delivering it. Addresses at
 * bounce.test are refused with 550, so that a bounce can be tried.
 */
export async function startMailSink(options: MailSinkOptions): Promise<RunningMailSink> {
  const mailbox = await openMailbox(options.directory);
  const smtp = createSmtpServer(mailbox);
  const page = createMailPage(mailbox);
  const smtpPort = await listen(smtp.server, options.smtpPort);
  const pagePort = await listen(page, options.pagePort);
  return {
    smtpUrl: `smtp://${host}:${smtpPort}`,
    pageUrl: `http://${host}:${pagePort}`,
    stop: async () => {
      const closed = Promise.all([
        new Promise<void>((resolve) => smtp.close(resolve)),
        new Promise<void>((resolve) => page.close(() => resolve())),
      ]);
      page.closeAllConnections();
      await closed;
    },
  };
}

function createSmtpServer(mailbox: Mailbox): SMTPServer {
  return new SMTPServer({
    banner: 'StudyMate mail sink',
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: largestMail,
    closeTimeout: 1_000,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onRcptTo: ({ address }, _session, done) => {
      const isRefused = refused.test(address);
      done(isRefused ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null);
    },
    onData: (stream, { envelope }, done) => {
      const from = envelope.mailFrom ? envelope.mailFrom.address : '';
      const to = envelope.rcptTo.map(({ address }) => address);
      readAll(stream)
        .then((raw) => mailbox.receive(raw, { from, to }))
        .then(
          () => done(null, 'kept'),
          (error: Error) => done(error),
        );
    },
  });
}

async function readAll(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  if (stream.sizeExceeded) throw Object.assign(new Error('The mail is too large'), { responseCode: 552 });
  return Buffer.concat(chunks);
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
