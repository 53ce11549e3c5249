//! Files in formats that the tests cannot write themselves: the drawn picture of 48 × 32 pixels,
//! coded once by `avifenc` and `cjxl`; and RAW files built around a JPEG.

use super::{Field, directory, exif};

/// AVIF of 8 bits, 4:2:0, to be turned a quarter anti-clockwise.
const AVIF_TURNED: &str = "00000020667479706176696600000000617669666d6966316d6961664d413142000000fc6d6574610000000000 \
     00002868646c720000000000000000706963740000000000000000000000006c696261766966000000000e7069 \
     746d0000000000010000001e696c6f63000000004400000100010000000100000124000000de0000002869696e \
     660000000000010000001a696e6665020000000001000061763031436f6c6f7200000000746970727000000054 \
     6970636f0000001469737065000000000000003000000020000000107069786900000000030808080000000c61 \
     76314381000c0000000013636f6c726e636c780001000d0006800000000969726f74010000001869706d610000 \
     0000000000010001050102830485000000e66d64617412000a0918152ffb2404341a1032ce0111400820400404 \
     f1326651206c5e6dd58e904bbaa65fa9cea0dd1f341b528558a58df0883d029666c53f94c926bfabe5aba86bea \
     2020ac0c61fa9ec029fe6c50237cfe6b97b1acd5f927213a3e60d892c126e2011b35a82448d956bfe77a28375f \
     5f4bc299b900b86636f8de214b68c11636c9756f6b98b09e85978149d02c923ae0af60b343ce0baa7a9089a713 \
     37f4d681e768c50cfee65edd0439d06915c705485764ba0c51ee990186c1552f271b35178ef860f8c86bf3c919 \
     af152527973a8f2f210ad86185aa98133769ec";

/// AVIF of 10 bits, 4:4:4.
const AVIF_10: &str = "00000020667479706176696600000000617669666d6966316d6961664d413141000000f26d6574610000000000 \
     00002868646c720000000000000000706963740000000000000000000000006c696261766966000000000e7069 \
     746d0000000000010000001e696c6f6300000000440000010001000000010000011a0000009b0000002869696e \
     660000000000010000001a696e6665020000000001000061763031436f6c6f72000000006a697072700000004b \
     6970636f0000001469737065000000000000003000000020000000107069786900000000030a0a0a0000000c61 \
     7631438120400000000013636f6c726e636c780001000d0006800000001769706d610000000000000001000104 \
     01028304000000a36d64617412000a0938152ffb1808683480328b0116400924924500eefb0ef8a6e4def0b81c \
     41e72fd58941d6b399721bf012bff4bc455aca77cb0d34365572f9bebcbb5111cf9d7ff6bb93c3217ea103bb48 \
     bebe17d0010d9d903ba84af9b695ebe381c99f1fc175ffba7dcad8a32807ff1bccbcf2760f6ebf7c1ac26fbb57 \
     b9b164ec95860670a61781e3848ed91b8b36415aa431c251d2125d80a76fdf8b";

const JXL: &str = "ff0a074142e5de2a82001288002c0607a128010050a132cab8c1cbb99e2f3f74584cdbb8ced056db1696248a8c \
     6393740287490a0a24598d518d8a314872638c721573fd148960b8eaa0dc7d52db4e02e919a4733ace1cad61c2 \
     73cd6bb21e211be10abf0918561b2acefcecb77b35406ae3825ffa019097e1ca6c7a117cccb7945aeda8799bee \
     7b97c5ea0ae4b6c90223b16f9b9c9a0d4ca5fa30872bda8fc3331d0522b04a851448b7dd4aa278c73b8a773799 \
     33314e8c23f50d02b020b514c29c3c69a41811a0c34f29261c26e704a23a9f46cfd0e893ea3cf8f7856f7fffc9 \
     38d1d64671bc0933ffd75b8388f17efbb9c83eaf2c6d8594c623b0f06e6c6ae8a793007ee7458c1fe1e914107a \
     60eec0b5264aac2a0ffd03d9358796b21c72d7f4d910c0da9786e673674af1ef7e8d79b5fc7cf22a0c197ca0bf \
     9f35f02d99bc66941baa4068eea22ea3248a82b9fe495521c9e40d9ebcbe2f47b2145d7dd4e031c58c23b95636 \
     cb7f018db10ac70a22f51ef4f13859111e2cff1f6fc214f2e1859d336822f0e660459937928b56ffc9053b383c \
     32e360f402";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|d| (d[0] * 16 + d[1]) as u8).collect()
}

pub(crate) fn avif_turned() -> Vec<u8> {
    bytes(AVIF_TURNED)
}

pub(crate) fn avif_10() -> Vec<u8> {
    bytes(AVIF_10)
}

pub(crate) fn jxl() -> Vec<u8> {
    bytes(JXL)
}

/// A HEIC of the picture, as its coder makes it.
pub(crate) fn heic(picture: &crate::picture::Picture) -> Vec<u8> {
    let options = heifer::EncodeOptions::default();
    heifer::encode_rgb8(picture.width(), picture.height(), picture.rgb(), &options).unwrap()
}

/// A RAW file laid out like a TIFF: a maker, an orientation, sensor data that look like nothing,
/// a stamp and the preview, none of them where another maker would look for them.
pub(crate) fn tiff_raw(
    magic: &[u8; 4],
    make: &str,
    compression: u16,
    orientation: u16,
    jpegs: &[&[u8]],
) -> Vec<u8> {
    let mut file = exif(&[
        (0x0103, Field::Short(compression)),
        (0x0106, Field::Short(32_803)),
        (0x010f, Field::Ascii(make)),
        (0x0112, Field::Short(orientation)),
    ]);
    file[..4].copy_from_slice(magic);
    file.extend((0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 & 0x7f));
    for jpeg in jpegs {
        file.extend_from_slice(jpeg);
        file.extend([0; 37]);
    }
    file
}

/// A Fujifilm RAF around a JPEG.
pub(crate) fn raf(jpeg: &[u8]) -> Vec<u8> {
    let mut file = b"FUJIFILMCCD-RAW 0201FF129502X-T1".to_vec();
    file.resize(148, 0);
    file[84..88].copy_from_slice(&148_u32.to_be_bytes());
    file[88..92].copy_from_slice(&(jpeg.len() as u32).to_be_bytes());
    file.extend_from_slice(jpeg);
    file.extend([7; 5000]);
    file
}

/// A Canon CR3 around a JPEG: its orientation in a block of its own, the preview in another box.
pub(crate) fn cr3(orientation: u16, jpeg: &[u8]) -> Vec<u8> {
    let boxed = |kind: &[u8; 4], body: &[u8]| {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    };
    let mut turned = b"II*\0\x08\0\0\0".to_vec();
    directory(&mut turned, &[(0x0112, Field::Short(orientation))]);
    let own = [&[0x85; 16][..], &boxed(b"CMT1", &turned)].concat();
    let preview = [&[0xea; 16][..], &[0; 8], &boxed(b"PRVW", jpeg)].concat();
    [
        boxed(b"ftyp", b"crx \0\0\0\x01crx isom"),
        boxed(b"moov", &boxed(b"uuid", &own)),
        boxed(b"uuid", &preview),
        boxed(b"mdat", &[9; 3000]),
    ]
    .concat()
}

/// A Canon CRW around a JPEG: its records in a heap, those of the picture in one inside it.
pub(crate) fn crw(turn: u32, jpeg: &[u8]) -> Vec<u8> {
    let shorts = |count: usize, set: &[(usize, i16)]| -> Vec<u8> {
        let mut row = vec![0_i16; count];
        for (place, value) in set {
            row[*place] = *value;
        }
        row.into_iter().flat_map(i16::to_le_bytes).collect()
    };
    let longs = |row: &[u32]| -> Vec<u8> { row.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let inner = heap(&[
        (0x080a, b"Canon\0Canon EOS D30\0"),
        (0x180e, &longs(&[1_068_485_966, 0, 0])),
        (0x1810, &longs(&[2160, 1440, 0x3f80_0000, turn, 8, 24, 257])),
        (0x5029, &shorts(4, &[(0, 2), (1, 31)])),
        (0x102a, &shorts(23, &[(2, 160), (21, 128), (22, 64)])),
        (0x102d, &shorts(26, &[(16, 0x7fff), (25, 1)])),
    ]);
    let outer = heap(&[(0x2005, &[9; 3000]), (0x2007, jpeg), (0x300a, &inner)]);
    [
        b"II\x1a\0\0\0HEAPCCDR\x02\0\x01\0\0\0\0\0\0\0\0\0".as_slice(),
        &outer,
    ]
    .concat()
}

/// A heap of Canon's: records, then an entry for each, then where the entries begin.
fn heap(records: &[(u16, &[u8])]) -> Vec<u8> {
    let (mut heap, mut entries) = (Vec::new(), Vec::new());
    for (tag, bytes) in records {
        entries.extend(tag.to_le_bytes());
        if tag & 0xc000 == 0 {
            entries.extend((bytes.len() as u32).to_le_bytes());
            entries.extend((heap.len() as u32).to_le_bytes());
            heap.extend_from_slice(bytes);
        } else {
            entries.extend_from_slice(bytes);
        }
    }
    let start = heap.len() as u32;
    heap.extend((records.len() as u16).to_le_bytes());
    heap.extend(entries);
    heap.extend(start.to_le_bytes());
    heap
}

/// A Minolta MRW around a JPEG: blocks, one of which is a TIFF's directories.
pub(crate) fn mrw(block: &[u8], jpeg: &[u8]) -> Vec<u8> {
    let part = |name: &[u8; 4], body: &[u8]| {
        [&name[..], &(body.len() as u32).to_be_bytes(), body].concat()
    };
    let parts = [part(b"\0PRD", &[1; 24]), part(b"\0TTW", block)].concat();
    [part(b"\0MRM", &parts), vec![9; 3000], jpeg.to_vec()].concat()
}
