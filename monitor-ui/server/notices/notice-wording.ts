import { noticeTextSchema, type NoticeText } from '@minhbach/shared/protocol';
import type { CounterId } from '@minhbach/shared/units-of-measure';
import { en, vi } from './i18n/index.ts';

/** What the settings say of notices; see `monitor.example.yaml`. */
export interface NoticeSettings {
  readonly hotline?: string | undefined;
  readonly controller?: string | undefined;
  readonly purpose?: string | undefined;
  readonly purposeEnglish?: string | undefined;
  readonly legalBasis?: string | undefined;
  readonly legalBasisEnglish?: string | undefined;
}

export interface NoticePlace {
  readonly counterId: CounterId;
  readonly counterName: string;
  readonly siteName: string;
}

/** What a notice of a counter says now, or which settings lack for one. */
export class NoticeWording {
  readonly #settings: NoticeSettings;
  readonly #origin: string | undefined;

  constructor(settings: NoticeSettings, publicOrigin: string | undefined) {
    this.#settings = settings;
    this.#origin = publicOrigin;
  }

  get lacking(): readonly string[] {
    const { hotline, controller } = this.#settings;
    return [
      ...(this.#origin === undefined ? ['publicOrigins'] : []),
      ...(hotline === undefined ? ['notices.hotline'] : []),
      ...(controller === undefined ? ['notices.controller'] : []),
    ];
  }

  /** `undefined` while settings lack. */
  of({ counterId, counterName, siteName }: NoticePlace): NoticeText | undefined {
    const { hotline, controller, purpose, purposeEnglish, legalBasis, legalBasisEnglish } = this.#settings;
    if (this.#origin === undefined || hotline === undefined || controller === undefined) return undefined;
    return {
      siteName,
      counterName,
      address: `${this.#origin}/p/c/${counterId}`,
      hotline,
      // Words of one's own without their English have none, rather than the English of other words.
      purpose: purpose ?? vi.purpose,
      purposeEnglish: purposeEnglish ?? (purpose === undefined ? en.purpose : ''),
      legalBasis: legalBasis ?? vi.legalBasis,
      legalBasisEnglish: legalBasisEnglish ?? (legalBasis === undefined ? en.legalBasis : ''),
      controller,
    };
  }
}

const fields = noticeTextSchema.keyof().options;

export function saysTheSame(some: NoticeText, other: NoticeText | undefined): boolean {
  return other !== undefined && fields.every((field) => some[field] === other[field]);
}
