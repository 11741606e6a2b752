import type { Locator, Page } from 'playwright-core';

type PageName = 'Today' | 'Schedules' | 'Runs' | 'Containers' | 'Logs' | 'Hosts' | 'Activity' | 'Settings';

/** What every page has: the title, the navigation, the state of the connection, the account, the messages. */
export class Shell {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get title(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  titled(name: string): Promise<void> {
    return this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  /** Goes to a page by the navigation, without loading a document. */
  async go(name: PageName): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: false }).first().click();
    await this.titled(name);
  }

  /** Live, Reconnecting, As of … */
  connection(state: string): Promise<void> {
    return this.page.getByRole('banner').getByRole('status').getByText(state, { exact: true }).waitFor();
  }

  get messages(): Locator {
    return this.page.getByRole('status', { name: 'Messages' });
  }

  /** Opens a menu and presses one of its items. */
  async choose(menu: string, item: string): Promise<void> {
    await this.page.getByRole('button', { name: menu, exact: true }).click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }
}

/** The form of setup and sign-in. */
export class Credentials {
  readonly username: Locator;
  readonly password: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.username = page.getByLabel('User name');
    this.password = page.getByLabel('Password', { exact: true });
  }

  async submit(username: string, password: string, button: 'Create the account' | 'Sign in'): Promise<void> {
    await this.username.fill(username);
    await this.password.fill(password);
    await this.#page.getByRole('button', { name: button, exact: true }).click();
  }
}

/** The rows of a page's table. */
export class Rows {
  readonly table: Locator;

  constructor(page: Page, table: 'Containers' | 'Schedules' | 'Runs' | 'Activity') {
    this.table = page.getByRole('table', { name: table, exact: true });
  }

  /** The row that holds all these texts. */
  with(...texts: (string | RegExp)[]): Locator {
    return texts.reduce<Locator>((rows, hasText) => rows.filter({ hasText }), this.table.getByRole('row'));
  }

  /** The row of a container or a schedule, by its link. */
  of(page: Page, name: string): Locator {
    return this.table.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  }
}

/** The schedule editor. */
export class Editor {
  readonly target: Locator;
  readonly expression: Locator;
  readonly name: Locator;
  readonly create: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.target = page.getByRole('combobox', { name: 'Containers' });
    this.expression = page.getByLabel('Cron expression');
    this.name = page.getByLabel('Name', { exact: true });
    this.create = page.getByRole('button', { name: 'Create the schedule' });
  }

  action(name: string): Locator {
    return this.#page.getByRole('group', { name: 'Action' }).getByRole('radio', { name, exact: true });
  }

  async addTarget(name: string): Promise<void> {
    await this.target.fill(name);
    await this.#page.getByRole('option', { name }).first().click();
  }

  get chosen(): Locator {
    return this.#page.getByRole('list', { name: 'Chosen' }).getByRole('listitem');
  }

  /** The lines under "Next five runs". */
  get nextRuns(): Locator {
    return this.#page.getByRole('complementary').getByRole('list').first().getByRole('listitem');
  }
}
