import { IconChevronDown } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { useId } from 'react';
import { useAppText } from './i18n/index.ts';
import { pagesFor } from './pages.ts';
import { useMe } from './session.ts';

/** As many as fit beside clock and account at 1280 pixels; a single one more is not worth a menu. */
const shownPages = 6;

/** The pages of a role: the first in the header, the rest in a menu (the browser's own popover). */
export function PagesNav() {
  const text = useAppText();
  const path = useLocation().pathname;
  const menuId = useId();
  const all = pagesFor(useMe());
  const shown = all.length <= shownPages + 1 ? all : all.slice(0, shownPages);
  const rest = all.slice(shown.length);
  const here = rest.find((page) => path.startsWith(page.path));
  return (
    <nav className="app-nav" aria-label={text('nav.label')}>
      {shown.map((page) => (
        <Link key={page.path} to={page.path} preload="intent">
          {text(page.text)}
        </Link>
      ))}
      {rest.length === 0 ? null : (
        <>
          <button
            type="button"
            className={here === undefined ? 'app-more' : 'app-more active'}
            popoverTarget={menuId}
          >
            {here === undefined ? text('nav.more') : text(here.text)}
            <IconChevronDown size={14} aria-hidden="true" />
          </button>
          <div id={menuId} popover="auto" className="app-more-pages">
            {rest.map((page) => (
              <Link
                key={page.path}
                to={page.path}
                preload="intent"
                onClick={() => document.getElementById(menuId)?.hidePopover()}
              >
                {text(page.text)}
              </Link>
            ))}
          </div>
        </>
      )}
    </nav>
  );
}
