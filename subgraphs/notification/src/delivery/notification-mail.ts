import type { Mail } from '@studymate/mail';
import { escapeHtml, type Rendered } from '../template/render.ts';

/** How a learner stops the mails of a category; null for mails that cannot be stopped. */
export interface WayOut {
  readonly token: string;
  /** Where a link with the token leads; without it the mail names the token. */
  readonly page: string | null;
}

interface Footer {
  readonly link: string;
  readonly token: string;
}

const footers: Readonly<Record<'en' | 'ko', Footer>> = {
  en: {
    link: 'Stop mails of this kind:',
    token: 'To stop mails of this kind, pass this token to `unsubscribe`:',
  },
  ko: {
    link: '이런 메일을 그만 받으려면:',
    token: '이런 메일을 그만 받으려면 `unsubscribe`에 이 토큰을 넣어 주세요:',
  },
};

const linkOf = ({ token, page }: WayOut): string | null => {
  if (page === null) return null;
  const url = new URL(page);
  url.searchParams.set('token', token);
  return url.href;
};

/** RFC 2369: the link stands where mail readers look for it. */
const headersOf = (wayOut: WayOut | null): Pick<Mail, 'headers'> => {
  const link = wayOut && linkOf(wayOut);
  return link ? { headers: { 'List-Unsubscribe': `<${link}>` } } : {};
};

const documentOf = (lines: { language: string; content: string; footer: string }): string =>
  `<!doctype html><html lang="${escapeHtml(lines.language)}"><body style="font-family:sans-serif;line-height:1.5">` +
  `${lines.content}${lines.footer}</body></html>`;

/** The mail that carries a notification. Its Message-ID is the delivery's, at every try. */
export function composeMail(
  { to, deliveryId }: { readonly to: string; readonly deliveryId: string },
  rendered: Rendered,
  wayOut: WayOut | null,
): Mail {
  const footer = footers[rendered.usedLocale.split('-')[0] === 'ko' ? 'ko' : 'en'];
  const link = wayOut && linkOf(wayOut);
  const words = wayOut && (link ? `${footer.link} ${link}` : `${footer.token} ${wayOut.token}`);
  const markup = words && `<hr><p style="color:#666;font-size:12px">${escapeHtml(words)}</p>`;
  return {
    to,
    subject: rendered.subject,
    text: words ? `${rendered.text}\n\n-- \n${words}\n` : `${rendered.text}\n`,
    html: documentOf({ language: rendered.usedLocale, content: rendered.html, footer: markup ?? '' }),
    messageId: messageIdOf(deliveryId),
    ...headersOf(wayOut),
  };
}

export const messageIdOf = (deliveryId: string): string => `<${deliveryId}@notification.studymate.local>`;
