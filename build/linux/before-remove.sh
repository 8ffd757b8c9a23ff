#!/bin/sh
# Runs before the files of the deb or rpm go, as root, and also before an upgrade.

# dpkg says "remove", rpm says how many versions will remain installed.
[ "$1" = remove ] || [ "$1" = 0 ] || exit 0

# A port that was taken over leads nowhere without Tokwatt, so it goes back to its server. Each user has a record of
# their own. What could not be undone is printed with its commands, and removes the package all the same.
getent passwd | while IFS=: read -r name _ uid _ _ home _; do
    [ "$uid" -ge 1000 ] && grep -q '"port"' "$home/.config/Tokwatt/takeovers.json" 2>/dev/null || continue
    echo "The ports that Tokwatt has taken over for $name go back to their servers:"
    runuser -u "$name" -- env -u XDG_CONFIG_HOME HOME="$home" \
        /opt/Tokwatt/tokwatt --ozone-platform=headless --give-back < /dev/null || true
done
exit 0
