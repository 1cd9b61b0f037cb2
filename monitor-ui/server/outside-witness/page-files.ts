import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UtcMs } from '@minhbach/shared/units-of-measure';
import { dailyPage, localDay, type PageParts } from './daily-page.ts';
import { languages } from './i18n/index.ts';

/** Files `heads-YYYY-MM-DD.vi.html` and `.en.html`, made with the day's first round and left alone after. */
export class PageFiles {
  readonly #directory: string;
  readonly #parts: PageParts;

  constructor(directory: string, parts: PageParts) {
    this.#directory = directory;
    this.#parts = parts;
  }

  async write(at: UtcMs): Promise<void> {
    mkdirSync(this.#directory, { recursive: true, mode: 0o755 });
    for (const language of languages) {
      const file = join(this.#directory, `heads-${localDay(at)}.${language}.html`);
      if (existsSync(file)) continue;
      const page = await dailyPage(this.#parts, language, at);
      writeFileSync(`${file}.part`, page, { flush: true });
      renameSync(`${file}.part`, file);
    }
  }
}
