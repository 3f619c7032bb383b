/* SPDX-License-Identifier: Apache-2.0 */
/* Driver of hwsim_wrapper: C99, no library, no allocation, no state but the caller's.
 *
 * Queries and results go over AXI4-Stream, which the platform's DMA serves. All else is here, over
 * two functions that read and write a register of 32 bits.
 */
#ifndef HWSIM_H
#define HWSIM_H

#include <stddef.h>
#include <stdint.h>

#include "hwsim_registers.h"

/* How the registers are reached: at the base address of the wrapper plus offset. */
struct hwsim_bus {
    void *context; /* handed to both */
    uint32_t (*read)(void *context, uint32_t offset);
    void (*write)(void *context, uint32_t offset, uint32_t word);
};

enum hwsim_status {
    HWSIM_OK = 0,
    HWSIM_NOT_HERE,     /* no hwsim_wrapper answers at that address */
    HWSIM_OTHER_MAJOR,  /* one whose registers this driver does not know */
    HWSIM_NOT_LOADABLE, /* its memories have fixed contents */
    HWSIM_TIMEOUT,      /* it did not become ready in so many readings of its status */
    HWSIM_BAD_STREAM,   /* no load stream of an image with these parameters */
    HWSIM_REFUSED,      /* a memory, or an address in it, is not there */
    HWSIM_BAD_CRC       /* a memory does not hold what was written */
};

struct hwsim_device {
    struct hwsim_bus bus;
    uint32_t patience; /* most readings of the status before HWSIM_TIMEOUT; may be changed */
    uint32_t neurons, patterns, lanes, words; /* words: beats of a query and of a result */
    uint32_t weight_bits, kernel_bits, offset_bits, radius_bits, max_steps;
    uint32_t queries_in_flight, engines;
    int loadable, two_banks, counters;
};

/* What the registers hold of the last result. */
struct hwsim_result {
    uint32_t number; /* results since reset */
    uint32_t steps, converged, miss, distance;
    uint64_t cycles, pattern_reads, weight_reads; /* of other counters: hwsim_counter */
};

/* Look whether a wrapper is there, and read its parameters. */
enum hwsim_status hwsim_open(struct hwsim_device *device, struct hwsim_bus bus);

/* Recall each query as it comes (1, after reset), or those that wait when hwsim_start is called. */
void hwsim_auto_start(struct hwsim_device *device, int on);
void hwsim_start(struct hwsim_device *device);

/* Give up the recall that runs; lose what waits, too, and set every register back. */
void hwsim_abort(struct hwsim_device *device);
void hwsim_soft_reset(struct hwsim_device *device);

/* Most steps of recalls that begin from now on; 0: as many as the image says. */
void hwsim_step_limit(struct hwsim_device *device, uint32_t steps);

/* Causes, as bits HWSIM_INTERRUPT_CAUSE_*_MASK: which interrupt; those seen, which are cleared. */
void hwsim_interrupts(struct hwsim_device *device, uint32_t causes);
uint32_t hwsim_acknowledge(struct hwsim_device *device);

/* The last result; read again where another one came in between. */
void hwsim_last_result(struct hwsim_device *device, struct hwsim_result *result);

/* A counter of the last result by its register, such as HWSIM_WEIGHT_READS. */
uint64_t hwsim_counter(struct hwsim_device *device, uint32_t offset);

/* Write the memories that a stream names, and compare each one's CRC-32.
 *
 * stream: files of `hwsim export --format stream`, one after the other, as 32-bit words of this
 * machine (in the files they have their least significant byte first). A recall that runs ends
 * first, queries wait. After a failure no recall runs until a load succeeds or hwsim_soft_reset.
 * With two banks recalls go on meanwhile, and after a failure, in the bank that was in use; all
 * memories must be among those of the stream, or have been written into the same bank before.
 */
enum hwsim_status hwsim_load(struct hwsim_device *device, const uint32_t *stream, size_t length);

/* Of two banks of memories the other one comes into use, when the recall that runs has ended. */
enum hwsim_status hwsim_exchange(struct hwsim_device *device);

/* Compare the CRC-32 of the memories in use with what a stream says, and write nothing. No recall
 * runs meanwhile. With two banks an exchange may be left after HWSIM_TIMEOUT: hwsim_soft_reset
 * ends it, and settings.load. */
enum hwsim_status hwsim_verify(struct hwsim_device *device, const uint32_t *stream, size_t length);

#endif
