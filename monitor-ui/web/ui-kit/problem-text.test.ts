import { describe, expect, it } from '@jest/globals';
import { inputRules, problemCodes } from '@minhbach/shared/protocol';
import { en } from './i18n/en.ts';
import { vi } from './i18n/vi.ts';
import { problemText } from './problem-text.ts';

const catalogues: Readonly<Record<string, Readonly<Record<string, string>>>> = { vi, en };
const textIn =
  (language: string) =>
  (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
    (catalogues[language]?.[key] ?? key).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
      String(values[name]),
    );
const said = (language: string, error: unknown) => problemText(textIn(language), error);
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe.each(['vi', 'en'])('in %s', (language) => {
  it.each(problemCodes)('the refusal %s has a sentence of its own', (code) => {
    const sentence = said(language, { code, message: 'the server’s own' });
    expect(sentence).not.toBe('the server’s own');
    expect(sentence).not.toBe(said(language, {}));
    expect(sentence).toMatch(/[.)]$|stream1$/);
    if (language === 'vi') expect(sentence).not.toBe(said('en', { code }));
  });

  it.each(Object.entries(inputRules))('what %s allows is said with all its values', (rule, english) => {
    const text = catalogues[language]?.[`rule.${rule}`] ?? '';
    expect(text).not.toBe('');
    if (language === 'vi') expect(text).not.toBe(english);
    expect(placeholders(text)).toEqual(placeholders(english));
  });

  it('no sentence of the page stands for two refusals', () => {
    const sentences = problemCodes.map((code) => said(language, { code }));
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe('bad input', () => {
  const fault = (pointer: string, rule: string, params?: Record<string, string | number>) => ({
    code: 'bad-input',
    message: 'English of the server',
    errors: [{ pointer, message: 'English of the server', rule, params }],
  });

  it('says where, and what is allowed there, in the language of the page', () => {
    const late = fault('/query/to', 'later-than', { field: 'from' });
    expect(said('vi', late)).toBe('Đến: phải sau “Từ”.');
    expect(said('en', late)).toBe('To: is later than “From”.');
    const short = fault('/reason', 'characters-at-least', { count: 5 });
    expect(said('vi', short)).toBe('Lý do: có ít nhất 5 ký tự.');
    expect(said('vi', fault('/weekly/3/from', 'time-of-day'))).toBe('Từ: giờ viết dạng HH:MM.');
    expect(said('vi', fault('', 'needed'))).toBe('Nội dung gửi lên: không được để trống.');
    expect(said('vi', fault('/colour', 'no-such-field'))).toBe('colour: không có mục này.');
  });

  it('says as much as it knows of a fault it has no words for', () => {
    expect(said('vi', fault('/note', 'of-a-newer-server'))).toBe('Ghi chú: English of the server.');
    expect(said('vi', { code: 'bad-input', errors: [{ pointer: '/note', message: 'x' }] })).toBe(
      'Ghi chú: không đúng dạng cần có.',
    );
    expect(said('vi', { code: 'bad-input' })).toBe('Có thông tin chưa đúng.');
  });
});
