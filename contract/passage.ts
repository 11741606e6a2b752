/** How the names of the containers begin that an update has beside the one it replaces; its run's ID and a dash follow. */
export const passagePrefix = 'chrontainer-update-';
