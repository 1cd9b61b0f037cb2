export { languages, storedLanguage, type Language } from './language.ts';
export { defineTexts, useLanguage, type Text, type TextValues, type Texts } from './texts.ts';
