#!/bin/sh
# Runs after the files of the deb or rpm are in place, as root.
set -e

app='/opt/${sanitizedProductName}'

# Chromium's sandbox needs user namespaces. Systems without them use the helper, which then has to be root's.
if unshare --user true 2>/dev/null; then
    chmod 0755 "$app/chrome-sandbox"
else
    chmod 4755 "$app/chrome-sandbox"
fi

# Ubuntu lets only programs with an AppArmor profile use user namespaces. Older versions of AppArmor do not understand
# the profile and do not need it.
if [ -d /etc/apparmor.d ] && command -v apparmor_parser >/dev/null 2>&1; then
    if apparmor_parser --skip-kernel-load --skip-cache "$app/resources/apparmor-profile" >/dev/null 2>&1; then
        cp "$app/resources/apparmor-profile" '/etc/apparmor.d/${executable}'
        if [ -d /sys/kernel/security/apparmor ]; then
            apparmor_parser --replace '/etc/apparmor.d/${executable}' || echo "tokwatt: AppArmor did not take its profile" >&2
        fi
    fi
fi

if command -v update-desktop-database >/dev/null 2>&1; then
    update-desktop-database -q /usr/share/applications
fi
if command -v gtk-update-icon-cache >/dev/null 2>&1; then
    gtk-update-icon-cache -q -f /usr/share/icons/hicolor
fi
