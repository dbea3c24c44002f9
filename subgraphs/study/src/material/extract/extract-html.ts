import { readMarkup } from './markup-text.ts';

/** The text of a page of the web, in UTF-8, as Markdown. */
export const extractHtml = (body: Uint8Array): string => readMarkup(new TextDecoder().decode(body));
