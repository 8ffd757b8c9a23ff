#!/bin/sh
# Runs after the files of the deb or rpm are gone, as root, and also during an upgrade of a deb or rpm.
set -e

# dpkg says "upgrade", rpm says how many versions remain installed.
case "$1" in
    upgrade | failed-upgrade | abort-install | abort-upgrade | disappear) exit 0 ;;
    [1-9]*) exit 0 ;;
esac

if [ -f '/etc/apparmor.d/${executable}' ]; then
    if [ -d /sys/kernel/security/apparmor ] && command -v apparmor_parser >/dev/null 2>&1; then
        apparmor_parser --remove '/etc/apparmor.d/${executable}' || true
    fi
    rm -f '/etc/apparmor.d/${executable}'
fi

if [ "$1" = purge ] || [ "$1" = 0 ]; then
    echo "Each user's totals, settings and ledger remain in ~/.config/Tokwatt (or \$XDG_CONFIG_HOME/Tokwatt)."
    echo "A start at login remains in ~/.config/autostart/tokwatt.desktop until that user deletes it."
fi
