import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  localeFallbacks,
  MissingVariables,
  pickText,
  renderText,
  type TemplateText,
  variablesOf,
} from './render.ts';

const text = (locale: string, overrides: Partial<TemplateText> = {}): TemplateText => ({
  locale,
  subject: 'Your score in {{quizTitle}}',
  text: 'You scored {{ percent }} % in {{quizTitle}}.\n\nWell done.',
  html: null,
  ...overrides,
});

const variables = { quizTitle: 'Cells', percent: 80 };

describe('template render', () => {
  it.each([
    ['ko-KR', ['ko-KR', 'ko', 'en']],
    ['ko', ['ko', 'en']],
    ['en-US', ['en-US', 'en']],
    ['zh-Hant-TW', ['zh-Hant-TW', 'zh-Hant', 'zh', 'en']],
  ])('tries the locales of %s from the most to the least special', (locale, expected) => {
    expect(localeFallbacks(locale)).toEqual(expected);
  });

  it('says which language it used in the end', () => {
    const texts = [text('en'), text('ko')];
    expect(pickText(texts, 'ko-KR')?.locale).toBe('ko');
    expect(pickText(texts, 'fr-CA')?.locale).toBe('en');
    expect(pickText([text('ko')], 'fr')).toBeNull();
  });

  it('fills subject, text, Markdown and HTML', () => {
    expect(renderText(text('en'), variables)).toEqual({
      subject: 'Your score in Cells',
      text: 'You scored 80 % in Cells.\n\nWell done.',
      markdown: 'You scored 80 % in Cells.\n\nWell done.',
      html: '<p>You scored 80 % in Cells.</p>\n<p>Well done.</p>',
      usedLocale: 'en',
    });
  });

  it('fails on a missing variable instead of sending a hole', () => {
    const render = (given: Record<string, string>) => () => renderText(text('en'), given);
    expect(render({ quizTitle: 'Cells' })).toThrow(new MissingVariables(['percent']));
    expect(render({ quizTitle: ' ', percent: '1' })).toThrow('quizTitle');
    expect(() => renderText(text('en', { subject: '{{constructor}}' }), variables)).toThrow('constructor');
  });

  it('names its variables once each', () => {
    expect(variablesOf(text('en', { html: '<b>{{percent}} {{name}}</b>' }))).toEqual([
      'name',
      'percent',
      'quizTitle',
    ]);
  });

  it('keeps what a learner typed from becoming markup, a header or a placeholder', () => {
    const hostile = '<img src=x onerror=alert(1)>\r\nBcc: all@example.com {{percent}} [a](javascript:x)';
    const rendered = renderText(text('en'), { quizTitle: hostile, percent: 80 });
    expect(rendered.subject).not.toMatch(/[\r\n]/);
    expect(rendered.html).not.toContain('<img');
    expect(rendered.html).toContain('{{percent}}');
    expect(rendered.markdown).not.toContain('[a](');
  });

  it('makes one-line subjects and HTML without foreign tags of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (title) => {
        fc.pre(title.trim() !== '');
        const rendered = renderText(text('en'), { quizTitle: title, percent: 1 });
        expect(rendered.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(rendered.html.replace(/<\/?p>|<br>/g, '')).not.toMatch(/[<>"']/);
      }),
    );
  });
});
