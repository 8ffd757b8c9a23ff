cask "tokwatt" do
  arch arm: "arm64", intel: "x64"

  version "@{version}"
  sha256 arm:   "@{sha256:Tokwatt-@{version}-mac-arm64.zip}",
         intel: "@{sha256:Tokwatt-@{version}-mac-x64.zip}"

  url "@{url}/Tokwatt-#{version}-mac-#{arch}.zip"
  name "Tokwatt"
  desc "Meters local LLM use: tokens and watts"
  homepage "@{homepage}"

  app "Tokwatt.app"

  # A port that was taken over leads nowhere without Tokwatt.
  uninstall_preflight do
    program = "#{appdir}/Tokwatt.app/Contents/MacOS/Tokwatt"
    system_command program, args: ["--give-back"], must_succeed: false if File.exist?(program)
  end

  uninstall quit: "dev.tokwatt.app"

  zap trash: "~/Library/Application Support/Tokwatt"
end
