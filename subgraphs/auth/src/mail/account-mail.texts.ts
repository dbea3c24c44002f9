import { english } from './account-mail.english.ts';
import { korean } from './account-mail.korean.ts';
import type { MailTopic } from './account-mail.wording.ts';

const selection =
  '{ __typename ... on AuthTokens { accessToken refreshToken } ... on UserError { code message } }';

const tokenLabels = { en: 'Token', ko: '토큰' } as const;

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailContent {
  readonly topic: MailTopic;
  /** BCP 47; Korean for `ko` and its regions, else English. */
  readonly locale: string;
  readonly token: string | null;
  readonly pageUrl: string;
}

/**
 * The mail in the recipient's language. The token stands alone on a line, to be pasted, and in the link behind `#`,
 * where no server or Referer header sees it.
 */
export function composeAccountMail({ topic, locale, token, pageUrl }: MailContent): ComposedMail {
  const language = /^ko\b/i.test(locale) ? 'ko' : 'en';
  const { subject, body, call } = (language === 'ko' ? korean : english)[topic];
  const paragraphs = [body];
  if (token !== null && call) {
    paragraphs.push(
      `${tokenLabels[language]}:\n${token}`,
      `${pageUrl}#token=${token}`,
      `mutation { ${call(token)} ${selection} }`,
    );
  }
  const html = paragraphs
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
  return {
    subject,
    text: `${paragraphs.join('\n\n')}\n\nStudyMate\n`,
    html: `<!doctype html>\n${html}\n<p>StudyMate</p>`,
  };
}
