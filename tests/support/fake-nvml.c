/*
 * A library with the functions of NVIDIA's NVML that Tokwatt calls. Its answers come from the file
 * FAKE_NVML, read at each call: lines of a key and a value. Keys of a GPU begin with its index, such as
 * `0.power 55000`. A missing key is answered NOT_SUPPORTED; `!15` is answered with that code. `hang 1`
 * never returns and `crash 1` ends the process, as a broken driver does. Instance I of the divided GPU N
 * has the index 10 * (N + 1) + I, and is there if it has a `uuid`.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOT_SUPPORTED 3
#define NOT_FOUND 6
#define INSUFFICIENT_SIZE 7

static int find(const char *key, char *value, size_t size) {
  const char *path = getenv("FAKE_NVML");
  FILE *file = path == NULL ? NULL : fopen(path, "r");
  char line[256];
  int code = NOT_SUPPORTED;
  if (file == NULL) return NOT_SUPPORTED;
  while (fgets(line, sizeof line, file) != NULL) {
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0 || line[length] != ' ') continue;
    line[strcspn(line, "\n")] = 0;
    snprintf(value, size, "%s", line + length + 1);
    code = value[0] == '!' ? atoi(value + 1) : 0;
  }
  fclose(file);
  return code;
}

/* Handles are pointers to these. */
static int gpus[90];

static int text(uint64_t device, const char *name, char *out, size_t size) {
  char key[64];
  char all[256];
  if (find("hang", all, sizeof all) == 0) pause();
  if (find("crash", all, sizeof all) == 0) abort();
  int lost = find("lost", all, sizeof all) == 0 && atoi(all) == *(int *)(uintptr_t)device;
  if (lost) return 15;
  snprintf(key, sizeof key, "%d.%s", *(int *)(uintptr_t)device, name);
  return find(key, out, size);
}

static int number(uint64_t device, const char *name, uint64_t *out) {
  char value[256];
  int code = text(device, name, value, sizeof value);
  if (code == 0) *out = strtoull(value, NULL, 10);
  return code;
}

static int u32(uint64_t device, const char *name, uint32_t *out) {
  uint64_t value;
  int code = number(device, name, &value);
  if (code == 0) *out = (uint32_t)value;
  return code;
}

int nvmlInit_v2(void) {
  char value[256];
  for (int i = 0; i < 90; i += 1) gpus[i] = i;
  return find("init", value, sizeof value) == NOT_SUPPORTED ? 0 : find("init", value, sizeof value);
}

int nvmlDeviceGetCount_v2(uint32_t *count) {
  char value[256];
  int code = find("count", value, sizeof value);
  if (code == 0) *count = (uint32_t)atoi(value);
  return code;
}

int nvmlDeviceGetHandleByIndex_v2(uint32_t index, void **device) {
  *device = &gpus[index];
  return 0;
}

int nvmlDeviceGetUUID(uint64_t d, char *out, uint32_t n) { return text(d, "uuid", out, n); }
int nvmlDeviceGetName(uint64_t d, char *out, uint32_t n) { return text(d, "name", out, n); }

struct pci { char legacy[16]; uint32_t domain, bus, device, ids, subsystem; char bus_id[32]; };
int nvmlDeviceGetPciInfo_v3(uint64_t d, struct pci *out) {
  return text(d, "bus", out->bus_id, sizeof out->bus_id);
}

int nvmlDeviceGetCudaComputeCapability(uint64_t d, int *major, int *minor) {
  uint64_t value;
  int code = number(d, "capability", &value);
  if (code == 0) { *major = (int)(value / 10); *minor = (int)(value % 10); }
  return code;
}

int nvmlDeviceGetTotalEnergyConsumption(uint64_t d, uint64_t *out) { return number(d, "energy", out); }
int nvmlDeviceGetPowerUsage(uint64_t d, uint32_t *out) { return u32(d, "power", out); }
int nvmlDeviceGetEnforcedPowerLimit(uint64_t d, uint32_t *out) { return u32(d, "limit", out); }
int nvmlDeviceGetFanSpeed(uint64_t d, uint32_t *out) { return u32(d, "fan", out); }
int nvmlDeviceGetCurrPcieLinkGeneration(uint64_t d, uint32_t *out) { return u32(d, "gen", out); }
int nvmlDeviceGetCurrPcieLinkWidth(uint64_t d, uint32_t *out) { return u32(d, "width", out); }
int nvmlDeviceGetMaxPcieLinkGeneration(uint64_t d, uint32_t *out) { return u32(d, "max_gen", out); }
int nvmlDeviceGetMaxPcieLinkWidth(uint64_t d, uint32_t *out) { return u32(d, "max_width", out); }
int nvmlDeviceGetTemperature(uint64_t d, uint32_t type, uint32_t *out) {
  return type == 0 ? u32(d, "temperature", out) : 2;
}
int nvmlDeviceGetClockInfo(uint64_t d, uint32_t type, uint32_t *out) {
  return u32(d, type == 2 ? "memory_clock" : "clock", out);
}
int nvmlDeviceGetMaxClockInfo(uint64_t d, uint32_t type, uint32_t *out) {
  return type == 0 ? u32(d, "max_clock", out) : 2;
}
int nvmlDeviceGetMigMode(uint64_t d, uint32_t *current, uint32_t *pending) {
  *pending = 0;
  return u32(d, "mig", current);
}
int nvmlDeviceGetMaxMigDeviceCount(uint64_t d, uint32_t *out) { return u32(d, "places", out); }
int nvmlDeviceGetMigDeviceHandleByIndex(uint64_t d, uint32_t index, void **instance) {
  char value[256];
  *instance = &gpus[10 * (*(int *)(uintptr_t)d + 1) + (int)index];
  return text((uint64_t)(uintptr_t)*instance, "uuid", value, sizeof value) == 0 ? 0 : NOT_FOUND;
}
int nvmlDeviceGetVirtualizationMode(uint64_t d, uint32_t *out) { return u32(d, "virtual", out); }

/* The older name: the newer one is left out on purpose. */
int nvmlDeviceGetCurrentClocksThrottleReasons(uint64_t d, uint64_t *out) {
  return number(d, "reasons", out);
}

struct utilization { uint32_t gpu, memory; };
int nvmlDeviceGetUtilizationRates(uint64_t d, struct utilization *out) {
  int code = u32(d, "utilization", &out->gpu);
  return code == 0 ? u32(d, "memory_utilization", &out->memory) : code;
}

struct memory { uint32_t version; uint64_t total, reserved, available, used; };
int nvmlDeviceGetMemoryInfo_v2(uint64_t d, struct memory *out) {
  if (out->version != (sizeof *out | 2u << 24)) return 25;
  int code = number(d, "memory_total", &out->total);
  return code == 0 ? number(d, "memory_used", &out->used) : code;
}

struct field { uint32_t id, scope; int64_t at, latency; uint32_t type, code; uint64_t value; };
int nvmlDeviceGetFieldValues(uint64_t d, int count, struct field *out) {
  if (count != 1 || out->id != 186) return 2;
  out->code = (uint32_t)number(d, "instant", &out->value);
  return 0;
}

struct process { uint32_t pid; uint64_t memory; uint32_t gpu_instance, compute_instance; };
/* `N.processes COUNT`: the ids 1000, 1001 and so on with a MiB each; the last without a figure. */
int nvmlDeviceGetComputeRunningProcesses_v3(uint64_t d, uint32_t *count, struct process *out) {
  uint64_t there;
  int code = number(d, "processes", &there);
  if (code != 0) return code;
  uint32_t room = *count;
  *count = (uint32_t)there;
  if (there > room) return INSUFFICIENT_SIZE;
  for (uint32_t i = 0; i < there; i += 1) {
    out[i] = (struct process){1000 + i, i + 1 == there ? UINT64_MAX : 1u << 20, ~0u, ~0u};
  }
  return 0;
}
int nvmlSystemGetProcessName(uint32_t pid, char *out, uint32_t n) {
  if (pid == 1001) return 4;
  snprintf(out, n, "/usr/bin/program-%u", pid);
  return 0;
}

struct sample { uint32_t pid; uint64_t at; uint32_t sm, memory, encoder, decoder; };
/* `N.sampled MICROSECONDS` and `N.samples PID:PERCENT,PID:PERCENT`: one sample of each process. */
int nvmlDeviceGetProcessUtilization(uint64_t d, struct sample *out, uint32_t *count, uint64_t since) {
  char all[256];
  uint64_t at;
  uint32_t there = 0;
  int code = text(d, "samples", all, sizeof all);
  if (code != 0) return code;
  if (number(d, "sampled", &at) != 0 || at <= since) return NOT_FOUND;
  for (char *each = strtok(all, ","); each != NULL; each = strtok(NULL, ",")) {
    struct sample one = {(uint32_t)atoi(each), at, (uint32_t)atoi(strchr(each, ':') + 1), 0, 0, 0};
    if (there < *count) out[there] = one;
    there += 1;
  }
  code = there > *count ? INSUFFICIENT_SIZE : 0;
  *count = there;
  return code;
}
