export { fitText, type FittedStyle } from './fit-text.ts';
export { a4, colours, fonts, onPaper } from './paper.ts';
