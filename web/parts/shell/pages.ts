import type { Component } from 'svelte';
import type { RouteName } from '../../router/match.ts';
import Activity from '../../routes/activity.svelte';
import Containers from '../../routes/containers.svelte';
import DeletedSchedules from '../../routes/deleted-schedules.svelte';
import Hosts from '../../routes/hosts.svelte';
import Runs from '../../routes/runs.svelte';
import Schedules from '../../routes/schedules.svelte';
import Settings from '../../routes/settings.svelte';
import Today from '../../routes/today.svelte';

type PlainPage = Component<Record<string, never>>;

/** The pages that need nothing from their path. Those that do are named in page.svelte. */
export const plainPages: Partial<Record<RouteName, PlainPage>> = {
  today: Today,
  schedules: Schedules,
  deletedSchedules: DeletedSchedules,
  runs: Runs,
  containers: Containers,
  hosts: Hosts,
  activity: Activity,
  settings: Settings,
};

/** The same, but fetched when they are opened: what is not needed every day does not weigh on the first load. */
export const latePages: Partial<Record<RouteName, () => Promise<{ default: PlainPage }>>> = {
  images: () => import('../../routes/images.svelte'),
  logs: () => import('../../routes/logs.svelte'),
  notifications: () => import('../../routes/notifications.svelte'),
  access: () => import('../../routes/access.svelte'),
  users: () => import('../../routes/users.svelte'),
  profile: () => import('../../routes/profile.svelte'),
};
