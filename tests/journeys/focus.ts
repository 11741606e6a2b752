import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** No page has more stops than this between two controls. */
const mostStops = 80;

/**
 * Presses Tab until the control has the focus, and insists that the focus can be seen at every stop on the way: that
 * the element, or the label around it, looks another way than without.
 */
export const tabTo = async (page: Page, control: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
  const passed: string[] = [];
  for (let stop = 0; stop < mostStops; stop++) {
    await page.keyboard.press(key);
    const { name, isSeen } = await focused(page);
    assert.ok(isSeen, `the focus cannot be seen on ${name}`);
    passed.push(name);
    if (await hasFocus(control)) return;
  }
  assert.fail(`Tab does not lead to ${control}, but to ${passed.join(', ')}`);
};

export const hasFocus = async (control: Locator): Promise<boolean> =>
  (await control.count()) === 1 && control.evaluate((element) => element === element.ownerDocument.activeElement);

/** What has the focus, and whether that shows. */
const focused = async (page: Page): Promise<{ name: string; isSeen: boolean }> => {
  const focus = page.locator(':focus');
  // After the last control the browser's own follow, where nothing of the page has the focus.
  if ((await focus.count()) === 0) return { name: 'the browser', isSeen: true };
  return focus.evaluate((element) => {
    const looks = () =>
      [element, element.closest('label')]
        .filter((one) => one !== null)
        .map((one) => {
          const style = element.ownerDocument.defaultView.getComputedStyle(one);
          const hasOutline = style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
          return `${hasOutline ? style.outlineColor : ''}|${style.boxShadow}|${style.borderColor}|${style.backgroundColor}|${style.clipPath}`;
        })
        .join();
    const withFocus = looks();
    element.blur();
    const without = looks();
    element.focus({ preventScroll: true });
    const name = element.getAttribute('aria-label') ?? (element.innerText || element.value || element.tagName);
    return { name: `"${name.trim().slice(0, 60)}" (${element.tagName})`, isSeen: withFocus !== without };
  });
};
