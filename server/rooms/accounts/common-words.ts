/**
 * The words behind the passwords that are tried first, in lower case and without decoration: what people choose when
 * they want to remember it (names of the keyboard, of love, of sport, of animals, of heroes, first names, months).
 * Written for this program and kept short on purpose: sign-in is rate limited, so only the first few hundred guesses
 * count.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `password passwort passwords passphrase passcode passw pass parola contrasena motdepasse senha wachtwoord haslo
  qwerty qwertz azerty asdf zxcv letmein welcome willkommen bienvenue login logon signin access secret geheim default
  changeme change changeit changethis temp temporary test testing tester guest user username public private master
  superuser root administrator manager operator service server hello hallo hellothere whatever nothing nopassword
  trustno trustnoone iloveyou loveyou lovely loveme lover love ichliebedich teamo jetaime sweetheart darling honey
  babygirl babyboy baby angel princess prince queen king kitten kitty puppy bunny butterfly rainbow sunshine
  sunflower flower flowers rose blossom summer winter spring autumn monday friday january february march april june
  july august september october november december football soccer baseball basketball hockey tennis golfer cricket
  rugby skater surfer snowboard arsenal chelsea liverpool barcelona realmadrid bayern juventus manchester united
  rangers celtic yankees cowboys steelers eagles lakers dragon dragons monkey tiger lion wolf panther dolphin shadow
  midnight thunder lightning phoenix falcon eagle hawk ranger hunter killer ninja pirate samurai warrior knight
  wizard magic merlin matrix superman batman spiderman ironman starwars skywalker pokemon pikachu naruto mario zelda
  minecraft fortnite counter diablo warcraft gandalf hobbit frodo harrypotter potter hogwarts mustang corvette
  porsche ferrari mercedes toyota honda yamaha harley camaro jordan michael michelle jennifer jessica nicole ashley
  amanda daniel daniela charlie thomas robert andrew anthony joshua matthew justin jonathan christian christopher
  alexander alexandra benjamin samantha stephanie elizabeth victoria natalie maggie ginger pepper cookie chocolate
  cheese banana orange apple cherry peanut coffee computer internet google facebook youtube twitter instagram linkedin
  microsoft windows apple samsung android iphone linux ubuntu debian raspberry raspberrypi github gitlab amazon netflix
  spotify money dollar freedom forever family friends friend mother father mommy daddy brother sister children happy
  smile lucky blessed jesus jesuschrist christ heaven faith believe peace america england london paris berlin germany
  deutschland france italia espana brasil mexico canada australia texas chicago boston newyork hannover hamburg munich
  muenchen fuckyou asshole sexy abcdef abcabc alphabet qazwsx passer
  soleil doudou loulou chouchou estrella mariposa tequiero amor amore ciaociao juventus napoli schatz schalke
  fussball hallohallo sommer winter frankfurt master starlight stars moonlight sunset ocean river mountain blue purple
  silver golden diamond crystal metallica nirvana slipknot beatles eminem rockstar guitar music dancer player winner
  champion legend hacker gamer gaming zaq xsw homeassistant homelab selfhosted proxmox synology qnap truenas unraid
  plex jellyfin nextcloud pihole traefik nginx grafana kubernetes postgres mysql mongodb redis sqlite oracle cisco
  tplink netgear router switch camera monitor backup storage system network security`.split(/\s+/),
);

/** Words that anybody would try on this very program. */
export const ownWords: ReadonlySet<string> = new Set([
  'chrontainer',
  'chron',
  'container',
  'containers',
  'docker',
  'podman',
  'compose',
  'portainer',
  'watchtower',
  'schedule',
  'scheduler',
  'cron',
  'admin',
  'administrator',
  'root',
  'password',
]);

/** Rows and columns of the usual keyboards, both ways. */
export const keyboardRows: readonly string[] = [
  '1234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  'wxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujm',
  '147258369',
].flatMap((row) => [row, [...row].reverse().join('')]);
