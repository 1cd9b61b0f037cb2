import type { z } from 'zod';
import type { publicCounterSchema } from '@minhbach/shared/protocol';
import type { FormFields } from './form-fields.ts';
import type { PublicLanguage, PublicText } from './i18n/index.ts';
import { html, page, type Html } from './page-html.ts';

export interface FormPage {
  readonly text: PublicText;
  readonly language: PublicLanguage;
  readonly counter: z.input<typeof publicCounterSchema> | undefined;
  readonly typed: FormFields;
  readonly today: string;
  readonly fault?: string | undefined;
}

/** The form, with what was typed already. */
export function formPage(of: FormPage): string {
  const { text, language, counter, typed, today, fault } = of;
  const path = counter === undefined ? '/p' : `/p/c/${counter.id}`;
  const value = (name: string) => typed[name] ?? '';
  const line = (name: string, label: string, more: Html = html``) =>
    html`<label for="${name}">${label}</label>
      <input
        id="${name}"
        name="${name}"
        value="${value(name)}"
        maxlength="200"
        autocomplete="off"
        ${more}
      />`;
  const choice = (kind: string, label: string, chosen: boolean) =>
    html`<label class="choice"
      ><input type="radio" name="kind" value="${kind}" ${chosen ? html`checked` : html``} />${label}</label
    >`;
  const denounces = value('kind') === 'denunciation';
  return page({
    ...{ text, language, title: text('form.title') },
    otherHref: `${path}?lang=${language === 'vi' ? 'en' : 'vi'}`,
    body: html`<h1>${text('form.title')}</h1>
      <p>
        <b
          >${
            counter === undefined
              ? text('form.any')
              : text('form.at', { site: counter.siteName, counter: counter.name })
          }</b
        >
      </p>
      <p>${text('form.lead')}</p>
      ${fault === undefined ? html`` : html`<p class="fault" role="alert">${text('form.fault')} ${fault}</p>`}
      <form method="post" action="${path}?lang=${language}" enctype="multipart/form-data">
        <fieldset>
          <legend>${text('form.kind')}</legend>
          ${choice('complaint', text('form.complaint'), !denounces)}
          ${choice('denunciation', text('form.denunciation'), denounces)}
          <small>${text('form.denunciation-note')}</small>
        </fieldset>
        <label for="text">${text('form.text')}</label>
        <textarea id="text" name="text" rows="6" maxlength="10000" required>${value('text')}</textarea>
        ${line('date', text('form.date'), html`type="date" max="${today}"`)}
        ${line('time', text('form.time'), html`type="time"`)}<small>${text('form.time-hint')}</small>
        ${line('ticket', text('form.ticket'))} ${line('dossier', text('form.dossier'))}
        <label for="files">${text('form.files')}</label>
        <input
          id="files"
          name="files"
          type="file"
          multiple
          accept="image/*,audio/*,video/*,application/pdf"
        />
        <fieldset>
          <legend>${text('form.reporter')}</legend>
          ${line('name', text('form.name'))} ${line('phone', text('form.phone'), html`type="tel"`)}
        </fieldset>
        <div class="hidden" aria-hidden="true">
          <label for="website">${text('form.website')}</label>
          <input id="website" name="website" tabindex="-1" autocomplete="off" />
        </div>
        <button type="submit">${text('form.send')}</button>
      </form>
      <footer>
        <p><a href="/p/follow?lang=${language}">${text('form.follow')}</a></p>
      </footer>`,
  });
}

export function sentPage(of: {
  readonly text: PublicText;
  readonly language: PublicLanguage;
  readonly receiptCode: string;
  readonly files: readonly string[];
}): string {
  const { text, language, receiptCode, files } = of;
  return page({
    ...{ text, language, title: text('sent.title') },
    otherHref: `/p/follow?lang=${language === 'vi' ? 'en' : 'vi'}`,
    body: html`<h1>${text('sent.title')}</h1>
      <div class="card">
        <p>${text('sent.code')}</p>
        <p class="code">${receiptCode}</p>
        <p>${text('sent.keep')}</p>
      </div>
      <ul>
        ${files.map((file) => html`<li>${file}</li>`)}
      </ul>
      <p><a href="/p/follow?lang=${language}">${text('follow.title')}</a></p>`,
  });
}

export function followPage(of: {
  readonly text: PublicText;
  readonly language: PublicLanguage;
  readonly typed: string;
  readonly said?: readonly string[] | undefined;
  readonly answer?: string | undefined;
  readonly fault?: string | undefined;
}): string {
  const { text, language, typed, said = [], answer, fault } = of;
  return page({
    ...{ text, language, title: text('follow.title') },
    otherHref: `/p/follow?lang=${language === 'vi' ? 'en' : 'vi'}`,
    body: html`<h1>${text('follow.title')}</h1>
      ${fault === undefined ? html`` : html`<p class="fault" role="alert">${fault}</p>`}
      ${
        said.length === 0
          ? html``
          : html`<div class="card">
              ${said.map((sentence) => html`<p>${sentence}</p>`)}
              ${
                answer === undefined
                  ? html``
                  : html`<p><b>${text('follow.answer')}</b></p>
                      <p>${answer}</p>`
              }
            </div>`
      }
      <form method="post" action="/p/follow?lang=${language}" enctype="multipart/form-data">
        <label for="code">${text('follow.code')}</label>
        <input
          id="code"
          name="code"
          value="${typed}"
          placeholder="MB-XXXX-XXXX-XX"
          maxlength="40"
          autocomplete="off"
          autocapitalize="characters"
          required
        />
        <button type="submit">${text('follow.look')}</button>
      </form>`,
  });
}
