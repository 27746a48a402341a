/**
 * Debian's busybox is built without adduser and addgroup, which Dockerfiles for busybox use. These take the options
 * of busybox's own (`adduser -D -H -S -h DIR -s SHELL -u UID -G GROUP USER`) and ask no questions.
 */
export const ADDUSER = `#!/bin/sh
# adduser [-DHS] [-h DIR] [-g GECOS] [-s SHELL] [-u UID] [-G GROUP] USER [GROUP]
set -e
home= gecos='Linux User' shell=/bin/sh uid= group= make_home=1 first=1000
while getopts 'DHSh:g:s:u:G:k:' option; do
  case $option in
    D | k) ;;
    H) make_home= ;;
    S) first=100 shell=/bin/false ;;
    h) home=$OPTARG ;;
    g) gecos=$OPTARG ;;
    s) shell=$OPTARG ;;
    u) uid=$OPTARG ;;
    G) group=$OPTARG ;;
    *) exit 1 ;;
  esac
done
shift $((OPTIND - 1))
user=$1
[ -n "$user" ] || { echo 'adduser: a user name is missing' >&2; exit 1; }
[ -z "$2" ] || exec addgroup "$user" "$2"
if grep -q "^$user:" /etc/passwd; then
  echo "adduser: user '$user' in use" >&2
  exit 1
fi
if [ -z "$uid" ]; then
  uid=$first
  while grep -q "^[^:]*:[^:]*:$uid:" /etc/passwd; do uid=$((uid + 1)); done
fi
if [ -z "$group" ]; then
  group=$user
  grep -q "^$group:" /etc/group || addgroup -g "$uid" "$group"
fi
gid=$(sed -n "s/^$group:[^:]*:\\\\([0-9]*\\\\):.*/\\\\1/p" /etc/group)
[ -n "$gid" ] || { echo "adduser: unknown group $group" >&2; exit 1; }
home=\${home:-/home/$user}
echo "$user:x:$uid:$gid:$gecos:$home:$shell" >>/etc/passwd
echo "$user:!:19000:0:99999:7:::" >>/etc/shadow
if [ -n "$make_home" ]; then
  mkdir -p "$home"
  chown "$uid:$gid" "$home"
fi
`

export const ADDGROUP = `#!/bin/sh
# addgroup [-S] [-g GID] GROUP, addgroup USER GROUP
set -e
gid= first=1000
while getopts 'Sg:' option; do
  case $option in
    S) first=100 ;;
    g) gid=$OPTARG ;;
    *) exit 1 ;;
  esac
done
shift $((OPTIND - 1))
[ -n "$1" ] || { echo 'addgroup: a group name is missing' >&2; exit 1; }
if [ -n "$2" ]; then
  grep -q "^$2:" /etc/group || { echo "addgroup: unknown group $2" >&2; exit 1; }
  sed -i -e "/^$2:/s/\\$/,$1/" -e "/^$2:/s/:,/:/" /etc/group
  exit
fi
if grep -q "^$1:" /etc/group; then
  echo "addgroup: group '$1' in use" >&2
  exit 1
fi
if [ -z "$gid" ]; then
  gid=$first
  while grep -q "^[^:]*:[^:]*:$gid:" /etc/group; do gid=$((gid + 1)); done
fi
echo "$1:x:$gid:" >>/etc/group
`
