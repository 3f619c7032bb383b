// The C driver on a Verilated hwsim_wrapper: this file is the platform, with its bus and its DMA.
//
// Arguments: the load streams of two images, files of 32-bit words; and for each the expected
// answers, lines of hexadecimal words: a query's, its result's, then steps, converged, miss,
// distance, cycles, pattern reads, weight reads. The memories have no content at first.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "Vhwsim_wrapper.h"
#include "verilated.h"

extern "C" {
#include "hwsim.h"
}

namespace {

Vhwsim_wrapper *top;
long waited;

void fail(const char *what, long number)
{
    std::printf("FAIL: %s (%ld)\n", what, number);
    std::exit(1);
}

void expect(bool holds, const char *what, long number = 0)
{
    if (!holds)
        fail(what, number);
}

// To just before the next rising edge, which is where handshakes are looked at, and over it.
void settle() { top->eval(); }

void edge()
{
    top->clk = 1;
    top->eval();
    top->clk = 0;
    top->eval();
    expect(++waited < 2000000, "the simulation hangs");
}

std::uint32_t bus_read(void *, std::uint32_t offset)
{
    top->s_axil_araddr = offset;
    top->s_axil_arvalid = 1;
    top->s_axil_rready = 1;
    for (bool accepted = false; !accepted;) {
        settle();
        accepted = top->s_axil_arready;
        edge();
    }
    top->s_axil_arvalid = 0;
    for (;;) {
        settle();
        if (top->s_axil_rvalid) {
            std::uint32_t word = top->s_axil_rdata;
            expect(top->s_axil_rresp == 0, "a read has no register", offset);
            edge();
            top->s_axil_rready = 0;
            return word;
        }
        edge();
    }
}

void bus_write(void *, std::uint32_t offset, std::uint32_t word)
{
    bool addressed = false, filled = false;
    top->s_axil_awaddr = offset;
    top->s_axil_wdata = word;
    top->s_axil_wstrb = 15;
    top->s_axil_bready = 1;
    while (!addressed || !filled) {
        top->s_axil_awvalid = !addressed;
        top->s_axil_wvalid = !filled;
        settle();
        bool takes_address = top->s_axil_awvalid && top->s_axil_awready;
        bool takes_data = top->s_axil_wvalid && top->s_axil_wready;
        edge();
        addressed |= takes_address;
        filled |= takes_data;
    }
    top->s_axil_awvalid = top->s_axil_wvalid = 0;
    for (;;) {
        settle();
        if (top->s_axil_bvalid) {
            expect(top->s_axil_bresp == 0, "a write has no register", offset);
            edge();
            top->s_axil_bready = 0;
            return;
        }
        edge();
    }
}

struct Recall {
    std::vector<std::uint32_t> query, state;
    std::uint64_t steps, converged, miss, distance, cycles, pattern_reads, weight_reads;
};

void send(const std::vector<std::uint32_t> &beats)
{
    for (std::size_t beat = 0; beat < beats.size();) {
        top->s_axis_tdata = beats[beat];
        top->s_axis_tlast = beat + 1 == beats.size();
        top->s_axis_tvalid = 1;
        settle();
        beat += top->s_axis_tready;
        edge();
    }
    top->s_axis_tvalid = 0;
}

std::vector<std::uint32_t> receive()
{
    std::vector<std::uint32_t> beats;
    top->m_axis_tready = 1;
    for (bool last = false; !last; edge()) {
        settle();
        if (top->m_axis_tvalid) {
            beats.push_back(top->m_axis_tdata);
            last = top->m_axis_tlast;
        }
    }
    top->m_axis_tready = 0;
    return beats;
}

std::vector<std::uint32_t> load_stream(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint32_t> words;
    unsigned char bytes[4];
    while (file.read(reinterpret_cast<char *>(bytes), 4))
        words.push_back(bytes[0] | bytes[1] << 8 | bytes[2] << 16 | std::uint32_t(bytes[3]) << 24);
    return words;
}

std::vector<Recall> answers(const char *path, unsigned beats)
{
    std::ifstream file(path);
    std::vector<Recall> found;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        words >> std::hex;
        Recall recall;
        recall.query.resize(beats);
        recall.state.resize(beats);
        for (auto &word : recall.query)
            words >> word;
        for (auto &word : recall.state)
            words >> word;
        words >> recall.steps >> recall.converged >> recall.miss >> recall.distance;
        words >> recall.cycles >> recall.pattern_reads >> recall.weight_reads;
        expect(!words.fail(), "answers are no numbers", long(found.size()));
        found.push_back(recall);
    }
    return found;
}

void compare(hwsim_device *device, const Recall &recall, long number)
{
    hwsim_result result;
    while (!top->irq)
        edge();
    expect(hwsim_acknowledge(device) & HWSIM_INTERRUPT_CAUSE_DONE_MASK, "cause", number);
    expect(!top->irq, "interrupt", number);
    expect(receive() == recall.state, "state", number);
    hwsim_last_result(device, &result);
    expect(result.steps == recall.steps, "steps", number);
    expect(result.converged == recall.converged, "converged", number);
    expect(result.miss == recall.miss, "miss", number);
    expect(result.distance == recall.distance, "distance", number);
    expect(result.cycles == recall.cycles, "cycles", number);
    expect(result.pattern_reads == recall.pattern_reads, "pattern reads", number);
    expect(result.weight_reads == recall.weight_reads, "weight reads", number);
}

}  // namespace

int main(int, char **arguments)
{
    VerilatedContext context;
    top = new Vhwsim_wrapper(&context);
    top->rst = 1;
    edge();
    edge();
    top->rst = 0;

    hwsim_device device;
    hwsim_bus bus = {nullptr, bus_read, bus_write};
    expect(hwsim_open(&device, bus) == HWSIM_OK, "open");
    expect(device.words == (device.neurons + device.lanes - 1) / device.lanes, "parameters");
    expect(device.loadable && device.counters, "features");
    device.patience = 100000;
    hwsim_interrupts(&device, HWSIM_INTERRUPT_CAUSE_DONE_MASK);

    long recalls = 0;
    for (int image : {1, 3, 1}) {
        auto stream = load_stream(arguments[image]);
        auto expected = answers(arguments[image + 1], device.words);
        expect(hwsim_verify(&device, stream.data(), stream.size()) == HWSIM_BAD_CRC, "other CRC");
        expect(hwsim_load(&device, stream.data(), stream.size()) == HWSIM_OK, "load");
        expect(hwsim_verify(&device, stream.data(), stream.size()) == HWSIM_OK, "CRC");
        for (const auto &recall : expected) {
            send(recall.query);
            compare(&device, recall, recalls++);
        }
    }

    // A stream that is cut off, one of a memory that is not there, one word damaged.
    auto stream = load_stream(arguments[1]);
    auto expected = answers(arguments[2], device.words);
    expect(hwsim_load(&device, stream.data(), stream.size() - 1) == HWSIM_BAD_STREAM, "cut off");
    expect(hwsim_load(&device, stream.data(), 0) == HWSIM_BAD_STREAM, "empty");
    expect(hwsim_verify(&device, stream.data(), 0) == HWSIM_BAD_STREAM, "nothing to verify");
    auto other = stream;
    other[0] |= 7;
    other[1] = 0xffffffff;
    expect(hwsim_load(&device, other.data(), other.size()) == HWSIM_BAD_STREAM, "too long");
    other = {7, 1, 0, 0};
    expect(hwsim_load(&device, other.data(), other.size()) == HWSIM_REFUSED, "no such memory");
    other = stream;
    other[2] ^= 1;
    expect(hwsim_load(&device, other.data(), other.size()) == HWSIM_BAD_CRC, "damaged");
    expect(hwsim_load(&device, stream.data(), stream.size()) == HWSIM_OK, "load again");

    // Given up: no result, and the next query is answered.
    for (int cycles = 0; cycles < 200; cycles += 7) {
        hwsim_acknowledge(&device);
        send(expected[0].query);
        for (int cycle = 0; cycle < cycles; ++cycle)
            edge();
        if (cycles % 2)
            hwsim_abort(&device);
        else
            hwsim_soft_reset(&device);
        hwsim_interrupts(&device, HWSIM_INTERRUPT_CAUSE_DONE_MASK);
        for (int cycle = 0; cycle < 400; ++cycle)
            edge();
        settle();
        if (top->m_axis_tvalid) // it had ended before
            expect(receive() == expected[0].state, "state of a recall that ended", cycles);
        hwsim_acknowledge(&device);
        send(expected[1].query);
        compare(&device, expected[1], recalls++);
    }

    // Queries that wait for a start; a limit of steps.
    hwsim_auto_start(&device, 0);
    send(expected[0].query);
    for (int cycle = 0; cycle < 400; ++cycle)
        edge();
    expect(!top->irq, "not started");
    hwsim_start(&device);
    compare(&device, expected[0], recalls++);
    hwsim_auto_start(&device, 1);
    hwsim_step_limit(&device, 1);
    hwsim_result result;
    for (const auto &recall : expected) {
        send(recall.query);
        receive();
        hwsim_last_result(&device, &result);
        expect(result.steps == 1, "step limit");
    }
    std::printf("PASS: %ld recalls\n", recalls);
    return 0;
}
