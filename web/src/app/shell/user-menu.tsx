import { CircleUserRound, Keyboard, LogOut, Pause, Play, ShieldCheck, Zap } from 'lucide-react';
import { useNavigate } from 'react-router';
import { useTranslations } from 'use-intl';
import { useMeQuery } from '../../gql/generated';
import { freezePrices, useIsFrozen } from '../../lib/live/frozen-prices';
import { setPreferences, usePreferences } from '../../lib/preferences';
import { IconButton } from '../../ui/button';
import { DropdownMenu, MenuItem, MenuLabel, MenuRadio, MenuSeparator } from '../../ui/dropdown-menu';
import { useSignOut } from '../sign-out';
import { ServerClockLines } from './server-clock';

/** The user menu: name, theme, language, colors, time zone, frozen prices and sign-out. */
export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const t = useTranslations('shell.menu');
  const { theme, locale, colors } = usePreferences();
  const { data } = useMeQuery({ fetchPolicy: 'cache-only' });
  const signOut = useSignOut();
  return (
    <DropdownMenu
      trigger={
        <IconButton label={t('account')} data-testid="user-menu">
          <CircleUserRound aria-hidden />
        </IconButton>
      }
    >
      <MenuLabel>
        <span className="block font-semibold text-text">{data?.me?.fullName ?? data?.me?.email}</span>
        {data?.me?.fullName && <span className="block">{data.me.email}</span>}
      </MenuLabel>
      <MenuSeparator />
      <MenuRadio
        label={t('theme')}
        value={theme}
        onChange={(next) => setPreferences({ theme: next })}
        options={[
          { value: 'dark', label: t('dark') },
          { value: 'light', label: t('light') },
          { value: 'system', label: t('system') },
        ]}
      />
      <MenuRadio
        label={t('language')}
        value={locale}
        onChange={(next) => setPreferences({ locale: next })}
        options={[
          { value: 'en', label: <span lang="en">English</span> },
          { value: 'pt-BR', label: <span lang="pt-BR">Português (Brasil)</span> },
        ]}
      />
      <MenuRadio
        label={t('colors')}
        value={colors}
        onChange={(next) => setPreferences({ colors: next })}
        options={[
          { value: 'green-up', label: t('greenUp') },
          { value: 'red-up', label: t('redUp') },
        ]}
      />
      <ZoneChoice />
      <MenuSeparator />
      <FreezeItem />
      <ProfileItems />
      <MenuItem onSelect={onHelp}>
        <Keyboard aria-hidden />
        {t('shortcuts')}
      </MenuItem>
      <MenuItem onSelect={() => void signOut().catch(() => undefined)}>
        <LogOut aria-hidden />
        {t('signOut')}
      </MenuItem>
    </DropdownMenu>
  );
}

/** The zone of all times, and on a phone the clock of the server: wider screens have it in the header. */
function ZoneChoice() {
  const t = useTranslations('shell.menu');
  return (
    <>
      <MenuRadio
        label={t('zone')}
        value={usePreferences().zone}
        onChange={(next) => setPreferences({ zone: next })}
        options={[
          { value: 'local', label: t('local') },
          { value: 'UTC', label: 'UTC' },
        ]}
      />
      <span className="hidden phone:block">
        <MenuLabel>
          <ServerClockLines />
        </MenuLabel>
      </span>
    </>
  );
}

function FreezeItem() {
  const t = useTranslations('shell.menu');
  const isFrozen = useIsFrozen();
  const Icon = isFrozen ? Play : Pause;
  return (
    <MenuItem onSelect={() => freezePrices(!isFrozen)}>
      <Icon aria-hidden />
      {isFrozen ? t('unfreeze') : t('freeze')}
    </MenuItem>
  );
}

function ProfileItems() {
  const t = useTranslations('shell.menu');
  const navigate = useNavigate();
  return (
    <>
      <MenuItem onSelect={() => void navigate('/profile#confirmations')}>
        <Zap aria-hidden />
        {t('confirmations')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate('/profile')}>
        <ShieldCheck aria-hidden />
        {t('profile')}
      </MenuItem>
    </>
  );
}
