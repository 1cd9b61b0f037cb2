import { foldedText } from '../incidents/index.ts';

/** A ticket, dossier or staff code as people say it: `a 012` is `A012`. */
export function foldedCode(code: string): string {
  return foldedText(code).replaceAll(' ', '');
}
