import { Link } from '@tanstack/react-router';
import { AccountMenu } from './account-menu.tsx';
import { Clock } from './clock.tsx';
import { useAppText } from './i18n/index.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { pagesFor } from './pages.ts';
import { useMe } from './session.ts';

export function Header() {
  const text = useAppText();
  const me = useMe();
  return (
    <header className="app-header">
      <a className="app-skip" href="#content">
        {text('skip-to-content')}
      </a>
      <span className="app-brand" aria-label={text('product')}>
        Minh<i aria-hidden="true">●</i>Bạch
      </span>
      <nav className="app-nav" aria-label={text('nav.label')}>
        {pagesFor(me).map((page) => (
          <Link key={page.path} to={page.path} preload="intent">
            {text(page.text)}
          </Link>
        ))}
      </nav>
      <span className="app-space" />
      <Clock />
      <LanguageSwitch />
      <AccountMenu />
    </header>
  );
}
