/* SPDX-License-Identifier: Apache-2.0 */
#include "hwsim.h"

enum { MAJOR = 1, PATIENCE = 100000000, ROW_MEMORIES = 2 /* patterns, weights: words of L bits */ };

static uint32_t get(struct hwsim_device *device, uint32_t offset)
{
    return device->bus.read(device->bus.context, offset);
}

static void put(struct hwsim_device *device, uint32_t offset, uint32_t word)
{
    device->bus.write(device->bus.context, offset, word);
}

/* A register's field. */
#define FIELD(word, name) (((word) & HWSIM_##name##_MASK) >> HWSIM_##name##_SHIFT)

enum hwsim_status hwsim_open(struct hwsim_device *device, struct hwsim_bus bus)
{
    uint32_t widths, features;

    device->bus = bus;
    device->patience = PATIENCE;
    if (get(device, HWSIM_IDENTITY) != HWSIM_IDENTITY_RESET)
        return HWSIM_NOT_HERE;
    if (FIELD(get(device, HWSIM_VERSION), VERSION_MAJOR) != MAJOR)
        return HWSIM_OTHER_MAJOR;
    widths = get(device, HWSIM_WIDTHS);
    features = get(device, HWSIM_FEATURES);
    device->neurons = get(device, HWSIM_NEURONS);
    device->patterns = get(device, HWSIM_PATTERNS);
    device->lanes = FIELD(widths, WIDTHS_LANES);
    device->words = (device->neurons + device->lanes - 1) / device->lanes;
    device->weight_bits = FIELD(widths, WIDTHS_WEIGHT_BITS);
    device->kernel_bits = FIELD(widths, WIDTHS_KERNEL_BITS);
    device->offset_bits = FIELD(widths, WIDTHS_OFFSET_BITS);
    device->radius_bits = FIELD(features, FEATURES_RADIUS_BITS);
    device->queries_in_flight = FIELD(features, FEATURES_QUERIES_IN_FLIGHT);
    device->engines = FIELD(features, FEATURES_ENGINES);
    device->loadable = (int)FIELD(features, FEATURES_LOADABLE);
    device->two_banks = (int)FIELD(features, FEATURES_TWO_BANKS);
    device->counters = (int)FIELD(features, FEATURES_COUNTERS);
    device->max_steps = FIELD(get(device, HWSIM_MAX_STEPS), MAX_STEPS_VALUE);
    return HWSIM_OK;
}

/* One bit of the settings. */
static void set(struct hwsim_device *device, uint32_t mask, int on)
{
    uint32_t others = get(device, HWSIM_SETTINGS) & ~mask;

    put(device, HWSIM_SETTINGS, on ? others | mask : others);
}

void hwsim_auto_start(struct hwsim_device *device, int on)
{
    set(device, HWSIM_SETTINGS_AUTO_START_MASK, on);
}

void hwsim_start(struct hwsim_device *device)
{
    put(device, HWSIM_CONTROL, HWSIM_CONTROL_START_MASK);
}

void hwsim_abort(struct hwsim_device *device)
{
    put(device, HWSIM_CONTROL, HWSIM_CONTROL_ABORT_MASK);
}

void hwsim_soft_reset(struct hwsim_device *device)
{
    put(device, HWSIM_CONTROL, HWSIM_CONTROL_SOFT_RESET_MASK);
}

void hwsim_step_limit(struct hwsim_device *device, uint32_t steps)
{
    /* What the register cannot hold is no limit. */
    put(device, HWSIM_STEP_LIMIT, steps > HWSIM_STEP_LIMIT_VALUE_MASK ? 0 : steps);
}

void hwsim_interrupts(struct hwsim_device *device, uint32_t causes)
{
    put(device, HWSIM_INTERRUPT_ENABLE, causes);
}

uint32_t hwsim_acknowledge(struct hwsim_device *device)
{
    uint32_t causes = get(device, HWSIM_INTERRUPT_CAUSE);

    put(device, HWSIM_INTERRUPT_CAUSE, causes);
    return causes;
}

uint64_t hwsim_counter(struct hwsim_device *device, uint32_t offset)
{
    uint64_t high = get(device, offset + 4);

    return high << 32 | get(device, offset);
}

void hwsim_last_result(struct hwsim_device *device, struct hwsim_result *result)
{
    uint32_t outcome;

    do {
        result->number = get(device, HWSIM_RESULTS);
        outcome = get(device, HWSIM_OUTCOME);
        result->distance = get(device, HWSIM_DISTANCE);
        result->cycles = hwsim_counter(device, HWSIM_CYCLES);
        result->pattern_reads = hwsim_counter(device, HWSIM_PATTERN_READS);
        result->weight_reads = hwsim_counter(device, HWSIM_WEIGHT_READS);
    } while (get(device, HWSIM_RESULTS) != result->number);
    result->steps = FIELD(outcome, OUTCOME_STEPS);
    result->converged = FIELD(outcome, OUTCOME_CONVERGED);
    result->miss = FIELD(outcome, OUTCOME_MISS);
}

/* Wait until the bits of the status under a mask have a value. */
static enum hwsim_status await(struct hwsim_device *device, uint32_t mask, uint32_t value)
{
    uint32_t left;

    for (left = device->patience; left != 0; --left)
        if ((get(device, HWSIM_STATUS) & mask) == value)
            return HWSIM_OK;
    return HWSIM_TIMEOUT;
}

/* Compare the CRC-32 of the memory that is chosen. */
static enum hwsim_status compare(struct hwsim_device *device, uint32_t words, uint32_t crc)
{
    put(device, HWSIM_LOAD_ADDRESS, 0);
    put(device, HWSIM_CHECK, words);
    if (await(device, HWSIM_STATUS_CHECKING_MASK, 0) != HWSIM_OK)
        return HWSIM_TIMEOUT;
    if (get(device, HWSIM_INTERRUPT_CAUSE) & HWSIM_INTERRUPT_CAUSE_LOAD_ERROR_MASK)
        return HWSIM_REFUSED;
    return get(device, HWSIM_CRC) == crc ? HWSIM_OK : HWSIM_BAD_CRC;
}

/* One memory after the other, written or not, and compared. */
static enum hwsim_status walk(
    struct hwsim_device *device, const uint32_t *stream, size_t length, int write)
{
    enum hwsim_status status = length ? HWSIM_OK : HWSIM_BAD_STREAM;
    uint32_t row_pieces = (device->lanes + 31) / 32, words, pieces, memory;
    size_t at = 0, piece, count;

    while (at < length && status == HWSIM_OK) {
        if (length - at < 3)
            return HWSIM_BAD_STREAM;
        memory = stream[at];
        words = stream[at + 1];
        pieces = FIELD(memory, LOAD_MEMORY_MEMORY) < ROW_MEMORIES ? row_pieces : 1;
        if (words > (length - at - 3) / pieces)
            return HWSIM_BAD_STREAM;
        count = (size_t)words * pieces;
        put(device, HWSIM_LOAD_MEMORY, memory);
        put(device, HWSIM_LOAD_ADDRESS, 0);
        for (piece = 0; write && piece < count; ++piece)
            put(device, HWSIM_LOAD_DATA, stream[at + 2 + piece]);
        status = compare(device, words, stream[at + 2 + count]);
        at += 3 + count;
    }
    return status;
}

enum hwsim_status hwsim_exchange(struct hwsim_device *device)
{
    if (!device->two_banks)
        return HWSIM_NOT_LOADABLE;
    put(device, HWSIM_CONTROL, HWSIM_CONTROL_EXCHANGE_MASK);
    return await(device, HWSIM_STATUS_EXCHANGING_MASK, 0);
}

/* The bank that is not in use is written while recalls go on. */
static enum hwsim_status load_other(
    struct hwsim_device *device, const uint32_t *stream, size_t length)
{
    enum hwsim_status status = await(device, HWSIM_STATUS_EXCHANGING_MASK, 0);

    if (status == HWSIM_OK) {
        put(device, HWSIM_INTERRUPT_CAUSE, HWSIM_INTERRUPT_CAUSE_LOAD_ERROR_MASK);
        status = walk(device, stream, length, 1);
    }
    return status == HWSIM_OK ? hwsim_exchange(device) : status;
}

/* The bank in use is read as the other one, while no recall runs. */
static enum hwsim_status verify_in_use(
    struct hwsim_device *device, const uint32_t *stream, size_t length)
{
    enum hwsim_status status, back;

    set(device, HWSIM_SETTINGS_LOAD_MASK, 1);
    status = hwsim_exchange(device);
    if (status != HWSIM_OK)
        return status;
    put(device, HWSIM_INTERRUPT_CAUSE, HWSIM_INTERRUPT_CAUSE_LOAD_ERROR_MASK);
    status = walk(device, stream, length, 0);
    back = hwsim_exchange(device);
    if (back != HWSIM_OK)
        return back;
    set(device, HWSIM_SETTINGS_LOAD_MASK, 0);
    return status;
}

static enum hwsim_status visit(
    struct hwsim_device *device, const uint32_t *stream, size_t length, int write)
{
    enum hwsim_status status;

    if (!device->loadable)
        return HWSIM_NOT_LOADABLE;
    if (device->two_banks)
        return write ? load_other(device, stream, length) : verify_in_use(device, stream, length);
    set(device, HWSIM_SETTINGS_LOAD_MASK, 1);
    status = await(device, HWSIM_STATUS_LOAD_READY_MASK, HWSIM_STATUS_LOAD_READY_MASK);
    if (status == HWSIM_OK) {
        put(device, HWSIM_INTERRUPT_CAUSE, HWSIM_INTERRUPT_CAUSE_LOAD_ERROR_MASK);
        status = walk(device, stream, length, write);
    }
    if (status == HWSIM_OK || !write)
        set(device, HWSIM_SETTINGS_LOAD_MASK, 0);
    return status;
}

enum hwsim_status hwsim_load(struct hwsim_device *device, const uint32_t *stream, size_t length)
{
    return visit(device, stream, length, 1);
}

enum hwsim_status hwsim_verify(struct hwsim_device *device, const uint32_t *stream, size_t length)
{
    return visit(device, stream, length, 0);
}
