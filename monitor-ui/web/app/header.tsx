import { AccountMenu } from './account-menu.tsx';
import { Clock } from './clock.tsx';
import { useAppText } from './i18n/index.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { PagesNav } from './pages-nav.tsx';

export function Header() {
  const text = useAppText();
  return (
    <header className="app-header">
      <a className="app-skip" href="#content">
        {text('skip-to-content')}
      </a>
      <span className="app-brand" aria-label={text('product')}>
        Minh<i aria-hidden="true">●</i>Bạch
      </span>
      <PagesNav />
      <span className="app-space" />
      <Clock />
      <LanguageSwitch />
      <AccountMenu />
    </header>
  );
}
