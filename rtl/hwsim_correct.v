// SPDX-License-Identifier: Apache-2.0
//
// CORRECT: what a word and the check bits beside it say of each other.
//
//   PROTECTION = 1   parity: one check bit. An odd number of wrong bits is detected.
//   PROTECTION = 2   SECDED: one wrong bit is corrected, an even number of them detected.
//
// SECDED is a code of Hsiao's: check j is the parity of the data bits whose column has bit j, and
// columns are different numbers with 3, 5, ... ones. syndrome is the checks of read, XOR checks: 0
// where all is right, the column of a wrong data bit, one bit for a wrong check bit. What else it
// may be is no single error. With checks = 0 it is the check bits of read, for who writes it.
//
// A word whose error is detected goes on as it was read. All is combinational.
//
// hwsim.hardware.protection is the same codes in Python, from which the table is written.
`default_nettype none

module hwsim_correct #(
    parameter PROTECTION = 2,
    parameter WIDTH = 64,  // 1 to 47, 64, 128, 256 or 512
    parameter CHECK_BITS = 8
) (
    input  wire [WIDTH-1:0]      read,
    input  wire [CHECK_BITS-1:0] checks,
    output wire [CHECK_BITS-1:0] syndrome,
    output wire [WIDTH-1:0]      data,
    output wire                  corrected,
    output wire                  detected
);

    localparam COLUMNS_BITS = WIDTH * CHECK_BITS;

    // Column of bit i at CHECK_BITS*i
    function [5631:0] columns(input [31:0] width);
        case (width)
            // begin of the table
            1: columns = 5632'h7;
            2: columns = 5632'hb7;
            3: columns = 5632'hdb7;
            4: columns = 5632'hedb7;
            5: columns = 5632'h1c9bb27;
            6: columns = 5632'h17c9bb27;
            7: columns = 5632'h557c9bb27;
            8: columns = 5632'hb557c9bb27;
            9: columns = 5632'hdb557c9bb27;
            10: columns = 5632'h39acdab373567;
            11: columns = 5632'h7f9acdab373567;
            12: columns = 5632'ha95b13c4ec8dd0be07;
            13: columns = 5632'h16a95b13c4ec8dd0be07;
            14: columns = 5632'ha56a95b13c4ec8dd0be07;
            15: columns = 5632'h19a56a95b13c4ec8dd0be07;
            16: columns = 5632'h999a56a95b13c4ec8dd0be07;
            17: columns = 5632'h1a999a56a95b13c4ec8dd0be07;
            18: columns = 5632'h95a999a56a95b13c4ec8dd0be07;
            19: columns = 5632'h1c95a999a56a95b13c4ec8dd0be07;
            20: columns = 5632'he34cb1b2aa6696371a65655338d2c7;
            21: columns = 5632'h1fe34cb1b2aa6696371a65655338d2c7;
            22: columns = 5632'hbdfe34cb1b2aa6696371a65655338d2c7;
            23: columns = 5632'h37bdfe34cb1b2aa6696371a65655338d2c7;
            24: columns = 5632'hef7bdfe34cb1b2aa6696371a65655338d2c7;
            25: columns = 5632'h3def7bdfe34cb1b2aa6696371a65655338d2c7;
            26: columns = 5632'hfbdef7bdfe34cb1b2aa6696371a65655338d2c7;
            27: columns = 5632'h5692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            28: columns = 5632'h525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            29: columns = 5632'h4a525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            30: columns = 5632'h2a4a525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            31: columns = 5632'h9aa4a525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            32: columns = 5632'h329aa4a525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            33: columns = 5632'h64329aa4a525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            34: columns = 5632'h1964329aa4a525692a4b309e82d45623b11988dc46a2b417c0761390dc07;
            35: columns = 5632'h1c3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587;
            36: columns = 5632'h3fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587;
            37: columns = {
                5120'h0,
                256'h6,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            38: columns = {
                5120'h0,
                256'h3ce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            39: columns = {
                5120'h0,
                256'hfbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            40: columns = {
                5120'h0,
                256'h9efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            41: columns = {
                5120'h0,
                256'h739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            42: columns = {
                5120'h0,
                256'h3e739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            43: columns = {
                5120'h0,
                256'hbfe739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            44: columns = {
                5120'h0,
                256'haebfe739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            45: columns = {
                5120'h0,
                256'h7aaebfe739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            46: columns = {
                5120'h0,
                256'h1efaaebfe739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            47: columns = {
                5120'h0,
                256'h16defaaebfe739efbce,
                256'h73fc3464c586c54a54664a931a2c370d193158a94a64a8ce1a3258a931c34587};
            64: columns = {
                5120'h0,
                256'hf8c73ef18f7ce31fe0d0c8c4c2c1b0a8a4a2a1989492918c8a89868583706864,
                256'h6261585452514c4a49464543383432312c2a292625231c1a191615130e0d0b07};
            128: columns = {
                4352'h0,
                256'h4bdcb1a79e30efc91d7913f71276e64c,
                256'hddc91bfa22ef4c59eb8a3df1479e28fbc51d79a32f7445ff087be30e7ce18fbc,
                256'h21fe06832188c260b0360a85228942a0cc2512491486311489446190a84c1a0b,
                256'h37034190c46130560a85228942984a249228c452250c85419c0d06431184b05,
                256'h429144984a249188a431c0d06431160a852261288c381a0c8582a13070341607};
            256: columns = {
                3072'h0,
                256'hb2536b2935b3133b452eb492db512bb6127b851eb891db911bba117bc10fc1cf,
                256'h8c2cf4c34f2c38f1c4cecc54eac58e9c64e6c68e5c70e3c8cdcc94dac98d9ca4,
                256'hd6ca8d5cb0d3cc4cecc8cdcd0cbce0c7d0cbcd14bad18b9d24b6d28b5d30b3d4,
                256'h4aed48add50abd60a7d849ed889dd909bda097dc08fe0c7ce147ae1879e2476e,
                256'h2875e3073e446ee486de506be6067e845ee885de905bea057ec04ff043ef083d,
                256'hf103bf2037f402ff801fe0340c8310c2304c0b01b02a0a4288a1282a06609424,
                256'h891242906308a22488a218621484a118320a8260681603701a06418861182605,
                256'h605414851142505304a1244892146114449114310a4250641503380d0320c430,
                256'h8c12c0a8290a228498250922448c228892188520c701a0641886116054148511,
                256'h304a12446114430e0340c8310b02a0a426094230701a06416054130380d02c07};
            512: columns = {
                256'h4d52559a24bad125954956ca26aa62b2c926d531499a28fa923c2c3257651363,
                256'h139a54a55a247b191c5950d5b1497291ad2c5866632ab229d984ce4c3670a1ea,
                256'hc127d3118dc347465231f8c0e3a38ab229b8c8e4b44976a12b551558b0e9b189,
                256'h4e1a3cb251a5930cbe283968d2ca46b7091cda48b2d1855e942cd4656a62a38a,
                256'h8eab089bd884dac4a7261b3848f6c846d6463532519ba48b4d165c4477544556,
                256'ha42b7890e9b0c9c647358c4c6c626b6213bb089d5854e8c2e7211bd6112dca46,
                256'hc64633b4896aa2ab3119d988ccd2453f301a7a30ae6233a88aed44566c225f94,
                256'hd6c926b289ae1c3874916da28b4d145ae8a2e34396c227b890e5c906be48367,
                256'h231b291ad930d1d145d6862e343167c30736193c4876d844e6a22bb6093ca86a,
                256'he223ba8c2c7850f5c1878e0c3af0a1d5854e54357890e9c2873e902db4496cc2,
                256'h673219b980cfd804f7111d960d3c3079e023fa842b74816fa20b9d0c5ca86ae4,
                256'h4377221b3910dbc886d64536922db4117da10b5d105de842eb42974a16ba10bd,
                256'hd085ce842bf880edc2478e0e3b109dd804ff201bb908dcc866e243b7021fb820,
                256'hebc2077e103cf061e5834f241b7900dfd005ee822f341978a0ebc107de083cf0,
                256'h41ef820f5c147a60b3d105de802ff800fbc087ce063e3039f081ef800ff00d01,
                256'h90310610c1181301601b0150290510a11412815019812824848890920a40c608,
                256'ha1122224428830c2144248450860c4148250460640a81301a02c03700d019031,
                256'h610c1181301580a8148288508a0940a604a0921222424828c1142244448850c,
                256'h2144248450620a41281902a03380680c8188308608c09602a0520a21422824c0,
                256'h941242444848c1142244448610a212418829031c0340640c4184304580a81482,
                256'h88508981282484888c114224430851061c0340640c41842c0540a41442604a09,
                256'h2118228430700d0190310580a81482604a08c0e01a0320580a81301c03405807};
            // end of the table
            default: columns = 5632'h0;
        endcase
    endfunction

    function [WIDTH-1:0] row(input [COLUMNS_BITS-1:0] of_all, input [31:0] check);
        integer i;
        for (i = 0; i < WIDTH; i = i + 1) row[i] = of_all[CHECK_BITS*i + check];
    endfunction

    genvar j;
    generate
        if (PROTECTION == 1) begin : parity
            assign syndrome = ^{read, checks};
            assign data = read;
            assign corrected = 1'b0;
            assign detected = syndrome;
        end else begin : secded
            localparam [5631:0] ALL = columns(WIDTH);
            localparam [COLUMNS_BITS-1:0] COLUMNS = ALL[COLUMNS_BITS-1:0];
            wire [WIDTH-1:0]      wrong;
            wire [CHECK_BITS-1:0] wrong_check;

            if (COLUMNS == {COLUMNS_BITS{1'b0}}) begin : no_code_of_this_width
                hwsim_error_protection_needs_words_of_1_to_47_or_lanes_bits error ();
            end

            for (j = 0; j < CHECK_BITS; j = j + 1) begin : each_check
                localparam [WIDTH-1:0] ROW = row(COLUMNS, j);
                localparam [CHECK_BITS-1:0] ALONE = 1 << j;
                assign syndrome[j] = ^(read & ROW) ^ checks[j];
                assign wrong_check[j] = syndrome == ALONE;
            end
            for (j = 0; j < WIDTH; j = j + 1) begin : each_bit
                assign wrong[j] = syndrome == COLUMNS[CHECK_BITS*j +: CHECK_BITS];
            end

            assign data = read ^ wrong;
            assign corrected = |{wrong, wrong_check};
            assign detected = |syndrome && !corrected;
        end
    endgenerate

endmodule

`default_nettype wire
