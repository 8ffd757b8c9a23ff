{
  appimageTools,
  fetchurl,
  lib,
  stdenv,
}:

let
  pname = "tokwatt";
  version = "@{version}";

  sources = {
    x86_64-linux = fetchurl {
      url = "@{url}/Tokwatt-x86_64.AppImage";
      hash = "@{sri:Tokwatt-x86_64.AppImage}";
    };
    aarch64-linux = fetchurl {
      url = "@{url}/Tokwatt-arm64.AppImage";
      hash = "@{sri:Tokwatt-arm64.AppImage}";
    };
  };

  src =
    sources.${stdenv.hostPlatform.system}
      or (throw "tokwatt has no package for ${stdenv.hostPlatform.system}");

  contents = appimageTools.extract { inherit pname version src; };
in
appimageTools.wrapType2 {
  inherit pname version src;

  extraInstallCommands = ''
    install -Dm444 ${contents}/tokwatt.desktop $out/share/applications/tokwatt.desktop
    substituteInPlace $out/share/applications/tokwatt.desktop --replace-fail "Exec=AppRun" "Exec=tokwatt"
    cp -r ${contents}/usr/share/icons $out/share/icons
  '';

  meta = {
    description = "Meters local LLM use: tokens and watts, at a glance from the tray";
    homepage = "@{homepage}";
    license = lib.licenses.mit;
    mainProgram = "tokwatt";
    platforms = builtins.attrNames sources;
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
  };
}
