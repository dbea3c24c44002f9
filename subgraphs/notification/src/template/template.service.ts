import { conflict, invalidInput } from '@studymate/contracts';
import type { NotificationTemplate } from '@studymate/database/notification';
import {
  type Connection,
  type PageArguments,
  parseInput,
  parsePage,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { MutationSaveNotificationTemplateArgs, RenderedTemplate } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { missingVariables, pickText, renderText, variablesOf } from './render.ts';
import { canEditTemplates } from './template.policy.ts';

const templateSchema = z.object({
  key: z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'must look like quiz.graded')
    .max(80),
  locale: z
    .string()
    .max(35)
    .transform((locale) => Intl.getCanonicalLocales(locale)[0] ?? locale),
  subject: z.string().trim().min(1).max(300),
  text: z.string().trim().min(1).max(20_000),
  html: z
    .string()
    .max(100_000)
    .nullish()
    .transform((html) => html ?? null),
});
const sampleSchema = z.record(z.string().max(80), z.union([z.string().max(1_000), z.number()]));

/** The template, or null when the viewer does not manage templates. */
export async function findTemplate(context: Context, id: string): Promise<NotificationTemplate | null> {
  return canEditTemplates(context.viewer) ? context.templates.find(id) : null;
}

export async function listTemplates(
  context: Context,
  args: PageArguments,
): Promise<Connection<NotificationTemplate>> {
  const page = parsePage(args);
  return toConnection(await context.templates.page(page), page, ({ key }) => [key]);
}

/** What the text of last resort, English, needs to be filled. */
export async function listVariables(context: Context, template: NotificationTemplate): Promise<string[]> {
  const text = pickText(await context.templates.texts(template), 'en');
  return text ? variablesOf(text) : [];
}

function parseSample(sample: string | null | undefined): Record<string, string | number> {
  try {
    return parseInput(sampleSchema, 'sample', sample ? JSON.parse(sample) : {});
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidInput(['sample'], 'sample: is not JSON');
    throw error;
  }
}

/** The text as it would go out; variables that the sample lacks stay as placeholders and are listed. */
export async function renderSample(
  context: Context,
  template: NotificationTemplate,
  { locale, sample }: { readonly locale: string; readonly sample?: string | null | undefined },
): Promise<RenderedTemplate> {
  const given = parseSample(sample);
  const text = pickText(await context.templates.texts(template), locale);
  if (!text) throw invalidInput(['locale'], 'This template has no English text to fall back on.');
  const missing = missingVariables(text, given);
  const holes = Object.fromEntries(missing.map((name) => [name, `{{${name}}}`]));
  return { ...renderText(text, { ...given, ...holes }), missingVariables: missing };
}

/** Writes the next version of a template, or its first; throws CONFLICT when another came between. */
export function saveTemplate(
  context: Context,
  args: MutationSaveNotificationTemplateArgs,
): Promise<NotificationTemplate> {
  const { key, ...text } = parseInput(templateSchema, [], args);
  return context.transaction(async (inner) => {
    const seen = await inner.templates.findByKey(key);
    if (!seen && text.locale !== 'en')
      throw invalidInput(
        ['locale'],
        'A template begins with its English text, which all languages fall back on.',
      );
    if (seen && args.expectedVersion !== seen.version)
      throw conflict('The template has changed since it was read.', seen.version);
    const saved = seen
      ? await inner.templates.advance(seen, args.category, text)
      : await inner.templates.create(key, args.category, text);
    if (!saved) throw conflict('The template has just been changed.');
    return saved;
  });
}
