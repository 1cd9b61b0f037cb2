import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconLogout } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Clock } from './clock.tsx';
import { useAppText } from './i18n/index.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { pagesFor } from './pages.ts';
import { useMe, useSignOut } from './session.ts';

export function Header() {
  const text = useAppText();
  const me = useMe();
  const signOut = useSignOut();
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
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <UnstyledButton className="app-pill">
            <span>{me.person.displayName}</span>
            <small>{text(`role.${me.person.role}`)}</small>
            <IconChevronDown size={14} aria-hidden="true" />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{me.unit.name}</Menu.Label>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
            {text('sign-out')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </header>
  );
}
